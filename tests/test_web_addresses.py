"""The one normal form of a web address, and which texts are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.addresses import parse, without_userinfo
from qa.errors import LoadError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://a.test", "http://a.test/"),
        (" HTTPS://A.Test:443/B?c#d\n", "https://a.test/B?c"),
        ("http://a.test:443/", "http://a.test:443/"),
        ("http://a.test:/?", "http://a.test/"),
        ("http://a.test./a/./b/../c/..", "http://a.test/a/"),
        ("http://a.test/../../a//b", "http://a.test/a//b"),
        ("http://a.test/%7Euser/%c3%A4%2f%zz", "http://a.test/~user/%C3%A4%2F%25zz"),
        ("http://a.test/ä b?q=ö&r=%20+[1]", "http://a.test/%C3%A4%20b?q=%C3%B6&r=%20+%5B1%5D"),
        ("http://Bücher.test/", "http://xn--bcher-kva.test/"),
        ("http://a_b.test/", "http://a_b.test/"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://[::ffff:10.0.0.1]/", "http://[::ffff:a00:1]/"),
        ("http://１２７。0.0.1/", "http://127.0.0.1/"),
    ],
)
def test_address_has_one_form(text: str, url: str) -> None:
    assert parse(text).url == url
    assert parse(url) == parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("file:///etc/passwd", "is not an http or https address"),
        ("a.test/page", "is not an http or https address"),
        ("javascript:alert(1)", "is not an http or https address"),
        ("http://me@a.test/", "holds a user or password"),
        ("http://me:secret@a.test/", "holds a user or password"),
        ("http://a.test\\@127.0.0.1/", "holds a user or password"),
        ("http:///path", "its host is not the name of a machine"),
        ("http://a b.test/", "its host is not the name of a machine"),
        ("http://a%2etest/", "its host is not the name of a machine"),
        ("http://-a.test/", "its host is not the name of a machine"),
        ("http://a..test/", "its host is not the name of a machine"),
        ("http://☃☃-.\u200d.test/", "its host is not the name of a machine"),
        ("http://[fe80::1%25eth0]/", "its host is not the name of a machine"),
        ("http://[::1/", "is not an address"),
        ("http://[zz]/", ""),
        ("http://a.test:99999/", "is not an address"),
        ("http://a.test:0/", "its port cannot be 0"),
        ("http://a.test:8o/", "is not an address"),
        ("http://127.1/", "its host is not a name; write an IP address as four decimal numbers"),
        ("http://a.test/" + "x" * 3000, "is longer than 2,048 characters"),
    ],
)
def test_what_is_no_address_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LoadError) as raised:
        parse(text)
    assert reason in raised.value.reason
    assert "secret" not in str(raised.value)
    assert len(raised.value.source) < 200


@given(st.text(alphabet="ahtp:/.@%?#[]0x1:\\ \täǅ⓪。-&=;\u200d", max_size=40).map(lambda text: f"http://{text}"))
def test_form_is_stable_and_plain_whatever_comes(text: str) -> None:
    try:
        address = parse(text)
    except LoadError:
        return
    assert parse(address.url) == address
    assert address.url.isascii()
    assert not set(address.url) & set(' \r\n\t"<>\\^`{|}')


def test_line_breaks_within_do_not_reach_the_request() -> None:
    address = parse("http://a.test/a\r\nHost: evil.test\r\n\r\n?b c\td")
    assert not set(address.url) & set("\r\n\t ")


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("b", "http://a.test/x/b"),
        ("?q", "http://a.test/x/y?q"),
        ("//b.test/c", "http://b.test/c"),
        ("../../..", "http://a.test/"),
        ("", "http://a.test/x/y?z"),
        (" /ä ", "http://a.test/%C3%A4"),
    ],
)
def test_reference_is_taken_from_its_page(reference: str, url: str) -> None:
    assert parse("http://a.test/x/y?z").join(reference).url == url


def test_name_is_the_last_part_of_the_path() -> None:
    assert parse("http://a.test/x/tide%20tables.html?y=/z").name == "tide tables.html"
    assert parse("http://a.test/x/").name == ""


def test_user_and_password_are_not_shown() -> None:
    assert without_userinfo("http://me:a@b@c.test/x@y") == "http://c.test/x@y"
    assert without_userinfo("http://c.test/x//y@z") == "http://c.test/x//y@z"
