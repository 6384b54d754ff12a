"""What people do on the settings page, in real Chromium: choose a model, test it, change how is searched, and look."""

import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from barriers import barrier_free
from browsing import PHONE, Visit, ask, begin, drawn
from chat_server import Chat, running
from conftest import ROOT, free_port
from llm_server import FakeLLM, Reply, fake_llm
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotInTime

pytestmark = pytest.mark.browser
# A machine that does other things as well is slower than a person's.
expect.set_options(timeout=30_000)

KEY = "sk-scenario-8f14e45fceea167a"


class Elsewhere(BaseHTTPRequestHandler):
    """A web server that is no endpoint, except below /v1."""

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self._send(200, "application/json", b'{"data": [{"id": "hidden"}]}')
        else:
            self._send(404, "text/html", b"<!doctype html><html><title>Not here</title></html>")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(404, "text/html", b"<!doctype html><html><title>Not here</title></html>")

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def model() -> Iterator[FakeLLM]:
    with fake_llm() as llm:
        yield llm


@pytest.fixture
def endpoint(model: FakeLLM) -> FakeLLM:
    model.forget()
    model.models = ("small", "large")
    model.say("OK")
    return model


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, model: FakeLLM, elsewhere: int) -> Iterator[Chat]:
    """A chat whose usual ports are: a model server, a web server, and nothing."""
    port = free_port()
    ports = f"{_port(model)},{elsewhere},{free_port()}"
    command = [str(ROOT / "tests" / "settings_chat.py"), str(port)]
    folder = tmp_path_factory.mktemp("settings")
    (folder / ".env").write_text("FOOTNOTE_SEARCHES=2\n")
    with running(command, folder, port, TEST_PORTS=ports, FOOTNOTE_CONTEXT_TOKENS="1234") as chat:
        yield chat


@pytest.fixture
def settings_chat(served: Chat, watch: Any) -> Chat:
    """The same, as if nothing had been chosen yet."""
    with suppress(FileNotFoundError):
        (served.folder / "settings.json").unlink()
    # Streamlit looks for its server below a page's own path first.
    watch.forgiven.append(r"/settings/_stcore/")
    return served


def _port(llm: FakeLLM) -> int:
    return int(llm.base_url.split(":")[2].split("/")[0])


def stored(chat: Chat) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((chat.folder / "settings.json").read_text())
    return values


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)
    page.keyboard.press("Enter")


def choose(page: Page, label: str, text: str) -> None:
    """Choose from a list, or type what it lacks."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def try_endpoint(page: Page, address: str, *model: str) -> None:
    fill(page, "Address", address)
    for name in model:
        choose(page, "Model", name)
    page.get_by_role("button", name="Test", exact=True).click()


def test_models_are_listed_and_the_chosen_one_answers(visit: Visit, settings_chat: Chat, endpoint: FakeLLM) -> None:
    page = visit(settings_chat, "/settings")
    try_endpoint(page, endpoint.base_url)
    expect(page.get_by_text("It offers 2 models. Choose one and test again.")).to_be_visible()
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="large").click()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text(re.compile(r"large answered in [\d.]+ s\. It offers 2 models\."))).to_be_visible()
    assert [request["model"] for request in endpoint.requests] == ["large"]
    barrier_free(page)
    assert not (settings_chat.folder / "settings.json").exists(), "a test stores nothing"
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The next question is answered this way.")).to_be_visible()
    assert stored(settings_chat)["settings"] == {"openai_base_url": endpoint.base_url, "llm_model": "large"}
    page.reload()
    drawn(page)
    expect(page.get_by_label("Address")).to_have_value(endpoint.base_url)


def test_each_fault_is_told_in_words(
    visit: Visit, settings_chat: Chat, endpoint: FakeLLM, elsewhere: int, tmp_path: Path
) -> None:
    page = visit(settings_chat, "/settings")
    said = page.get_by_test_id("stAlert")
    try_endpoint(page, "http://no-such-host.invalid/v1", "small")
    expect(said).to_contain_text("The name in http://no-such-host.invalid/v1 is unknown")
    try_endpoint(page, f"http://127.0.0.1:{free_port()}/v1")
    expect(said).to_contain_text("Nothing listens at http://127.0.0.1:")
    try_endpoint(page, "elsewhere")
    expect(said).to_contain_text("This is no address")
    try_endpoint(page, endpoint.base_url.replace("http:", "https:"))
    expect(said).to_contain_text("does not speak TLS")
    endpoint.say(Reply("Incorrect API key provided", status=401))
    try_endpoint(page, endpoint.base_url)
    expect(said).to_contain_text("refuses the key")
    expect(said).to_contain_text("Incorrect API key provided")
    endpoint.say(Reply('model "small" not found', status=404))
    page.get_by_role("button", name="Test", exact=True).click()
    expect(said).to_contain_text("has no model “small”: choose another.")
    expect(said).to_contain_text("It offers: small, large.")
    endpoint.say(Reply(body="<!doctype html><html><title>Airport WiFi</title></html>"))
    page.get_by_role("button", name="Test", exact=True).click()
    expect(said).to_contain_text("sends a web page")
    expect(said).to_contain_text("Airport WiFi")
    barrier_free(page)
    with fake_llm(tls=_self_signed(tmp_path)) as secured:
        try_endpoint(page, secured.base_url)
        expect(said).to_contain_text("cannot be trusted")
    try_endpoint(page, f"http://127.0.0.1:{elsewhere}")
    expect(said).to_contain_text(f"but there is at http://127.0.0.1:{elsewhere}/v1.")
    page.get_by_role("button", name=f"Use http://127.0.0.1:{elsewhere}/v1").click()
    expect(page.get_by_label("Address")).to_have_value(f"http://127.0.0.1:{elsewhere}/v1")


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_slow_endpoint_is_told_as_slow(visit: Visit, settings_chat: Chat, endpoint: FakeLLM) -> None:
    (settings_chat.folder / "settings.json").write_text('{"version": 1, "settings": {"timeout_s": 2}}')
    endpoint.say(Reply(raw=[None]))
    page = visit(settings_chat, "/settings")
    try_endpoint(page, endpoint.base_url, "small")
    expect(page.get_by_test_id("stAlert")).to_contain_text("did not answer in time")


def test_this_machine_is_looked_at_only_when_asked(visit: Visit, settings_chat: Chat, endpoint: FakeLLM) -> None:
    page = visit(settings_chat, "/settings")
    assert endpoint.requests == []
    expect(page.get_by_text("or what is like it")).to_have_count(0)
    found = page.get_by_text("Ollama, or what is like it, at http://127.0.0.1:")
    # A program that is slow to answer is left out, and on a machine that does much else this one may not.
    for _ in range(5):
        page.get_by_role("button", name="Look on this machine").click()
        with suppress(NotInTime):
            found.wait_for(timeout=6_000)
            break
    expect(found).to_contain_text("small, large")
    expect(page.get_by_text("where LM Studio usually is: something answers, but it is no endpoint")).to_be_visible()
    expect(page.get_by_text("vLLM")).to_have_count(0)
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_label("Address")).to_have_value(endpoint.base_url)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert endpoint.requests == [], "nothing is sent before one is chosen and tested"
    page.get_by_role("combobox", name="Model").click()
    expect(page.get_by_role("option", name="large")).to_be_visible()


def test_key_is_kept_for_one_address_and_never_shown_again(
    visit: Visit, settings_chat: Chat, endpoint: FakeLLM
) -> None:
    page = visit(settings_chat, "/settings")
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(repr(frame))))
    page.reload()
    drawn(page)
    fill(page, "Address", endpoint.base_url)
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_role("button", name="Keep the key").click()
    expect(page.get_by_text("It is not shown again.")).to_be_visible()
    assert KEY not in page.content()
    assert page.evaluate("[...document.querySelectorAll('input')].map(i => i.value).join()").find(KEY) < 0
    assert not [frame for frame in sent if KEY in frame], "the server never sends it back"
    file = settings_chat.folder / "settings.json"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert stored(settings_chat)["key"] == {"for": endpoint.base_url.removesuffix("/v1"), "key": KEY}
    choose(page, "Model", "small")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("small answered in")).to_be_visible()
    assert endpoint.keys == [KEY]
    with fake_llm() as other:
        other.models, other.replies = ("small",), [Reply("OK")]
        try_endpoint(page, other.base_url)
        expect(page.get_by_text("small answered in")).to_be_visible()
        # The line of the first test may still stand there.
        for _ in range(100):
            if other.keys:
                break
            page.wait_for_timeout(100)
        assert other.keys == ["none"], "the key of another address is not sent"
        expect(page.get_by_text("The key that is kept is for")).to_be_visible()
    fill(page, "Address", endpoint.base_url)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Keep the key")).to_be_visible()
    assert "key" not in stored(settings_chat)
    assert KEY not in "".join(settings_chat.printed())


def test_what_the_environment_sets_is_fixed_and_says_so_also_on_a_phone(visit: Visit, settings_chat: Chat) -> None:
    page = visit(settings_chat, "/settings", width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    expect(page.get_by_role("button", name="Look on this machine")).to_be_visible()
    expect(page.get_by_label("Text for the model")).to_be_disabled()
    expect(page.get_by_label("Text for the model")).to_have_value("1234")
    expect(page.get_by_text("Fixed: set by the environment (FOOTNOTE_CONTEXT_TOKENS).")).to_be_visible()
    expect(page.get_by_label("Searches for a question")).to_be_disabled()
    expect(page.get_by_text("Fixed: set in the file .env (FOOTNOTE_SEARCHES).")).to_be_visible()
    expect(page.get_by_label("Passages for an answer")).to_be_enabled()


def test_change_acts_on_the_next_question_and_disturbs_no_answer(visit: Visit, settings_chat: Chat) -> None:
    (settings_chat.folder / "go").unlink(missing_ok=True)
    asking = visit(settings_chat)
    ask(asking, "first", turn=1)
    answers = asking.locator(".fn-answer")
    expect(answers.filter(has_text="top_k=8, model=-, without a key")).to_be_visible()
    begin(asking, "wait")
    expect(asking.get_by_text("It began.").nth(1)).to_be_visible()
    page = visit(settings_chat, "/settings")
    fill(page, "Passages for an answer", "12")
    expect(page.get_by_role("button", name="Reset", exact=True)).to_be_visible()
    assert stored(settings_chat)["settings"] == {"top_k": 12}
    other = visit(settings_chat)
    ask(other, "second", turn=1)
    expect(other.locator(".fn-answer").filter(has_text="top_k=12, model=-")).to_be_visible()
    (settings_chat.folder / "go").touch()
    expect(asking.locator(".fn-turn")).to_have_count(2)
    expect(answers.filter(has_text="top_k=8, model=-")).to_have_count(2)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_label("Passages for an answer")).to_have_value("8")
    assert stored(settings_chat)["settings"] == {}


def test_what_cannot_be_used_is_told_and_not_stored(visit: Visit, settings_chat: Chat, tmp_path: Path) -> None:
    page = visit(settings_chat, "/settings")
    fill(page, "Second stage", str(tmp_path / "no-model"))
    expect(page.get_by_test_id("stAlert")).to_contain_text("no-model")
    fill(page, "Address", "not an address")
    choose(page, "Model", "small")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("stAlert").filter(has_text="This is no address")).to_be_visible()
    for press in ("Save", "Test"):
        fill(page, "Address", f"http://user:hush-{press}@localhost:1/v1")
        page.get_by_role("button", name=press, exact=True).click()
        expect(page.get_by_test_id("stAlert").filter(has_text="belongs into the field “Key”")).to_be_visible()
        assert "hush" not in page.get_by_role("main").inner_text()
    assert not (settings_chat.folder / "settings.json").exists()


def test_damaged_file_is_told_and_can_be_put_aside(visit: Visit, settings_chat: Chat) -> None:
    file = settings_chat.folder / "settings.json"
    file.write_text('{"version": 1, "settings": {"top_k": 900}}')
    page = visit(settings_chat, "/")
    expect(page.get_by_test_id("stAlert")).to_contain_text("top_k is 900")
    expect(page.get_by_role("heading", level=1)).to_have_text("Footnote")
    page = visit(settings_chat, "/settings")
    expect(page.get_by_test_id("stAlert")).to_contain_text("top_k is 900; it must lie between 1 and 100")
    page.get_by_role("button", name="Forget all that was chosen here").click()
    expect(page.get_by_label("Passages for an answer")).to_have_value("8")
    assert not file.exists()
    assert file.with_name("settings.json.unused").exists()


def test_pages_speak_german_as_the_browser_does_or_as_chosen(visit: Visit, settings_chat: Chat) -> None:
    page = visit(settings_chat, "/settings", locale="de-CH")
    expect(page.get_by_role("heading", name="Einstellungen", level=1)).to_be_visible()
    expect(page.get_by_text("Voreinstellung: 4.000.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    key = page.locator("input[type=password]")
    key.fill("k")
    expect(page.get_by_text("Mit Enter übernehmen")).to_be_visible()
    key.fill("")
    # What Streamlit says of its fields in English alone, to the eye and to the ear.
    model = page.get_by_role("combobox", name="Modell", exact=True)
    expect(model).to_have_attribute("placeholder", re.compile("drücken Sie „Testen“ für eine Liste"))
    model.fill("zz")
    expect(page.get_by_role("option", name="Hinzufügen: zz")).to_be_visible()
    page.keyboard.press("Escape")
    its = re.compile("^(Sidebar|Collapse sidebar|App pages|Show password|Increment|Decrement|Choose an option|Open)$")
    expect(page.locator('[aria-label="Seitenleiste"]')).to_be_visible()
    named = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(part => part.getAttribute('aria-label'))")
    assert [name for name in named if its.match(name)] == []
    page.get_by_role("combobox", name="Sprache").click()
    page.get_by_role("option", name="English").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert stored(settings_chat)["page"] == {"language": "en"}
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Einstellungen", level=1)).to_be_visible()
    english = visit(settings_chat, locale="en-GB")
    expect(english.get_by_placeholder("Fragen Sie Ihre Dokumente")).to_be_visible()


def test_option_called_like_a_word_of_streamlits_keeps_its_name(visit: Visit, settings_chat: Chat) -> None:
    page = visit(settings_chat, "/settings", locale="de")
    model = page.get_by_role("combobox", name="Modell", exact=True)
    model.fill("Open")
    page.get_by_role("option", name="Hinzufügen: Open").click()
    # The page is drawn with what was chosen, and a list that is open then closes.
    expect(model).to_have_value("Open")
    expect(page.get_by_role("button", name="Testen")).to_be_enabled()
    drawn(page)
    model.fill("Ope")
    # Both are put into words at once.
    expect(page.get_by_role("option", name="Hinzufügen: Ope", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name="Open", exact=True)).to_be_visible()


def test_theme_is_kept_and_holds_on_every_page(visit: Visit, settings_chat: Chat) -> None:
    page = visit(settings_chat, "/settings", scheme="light")
    assert _is_dark(page) is False
    page.get_by_role("combobox", name="Appearance").click()
    page.get_by_role("option", name="dark").click()
    _becomes(page, "dark")
    other = visit(settings_chat, scheme="light", wait=False)
    _becomes(other, "dark")
    page.get_by_role("combobox", name="Appearance").click()
    page.get_by_role("option", name="the system's").click()
    _becomes(page, "light")


def _becomes(page: Page, scheme: str) -> None:
    # While a page is loaded, also anew for its theme, there is no app.
    page.wait_for_function(
        "scheme => { const app = document.querySelector('.stApp');"
        " return app && getComputedStyle(app).colorScheme === scheme; }",
        arg=scheme,
    )


def _is_dark(page: Page) -> bool:
    dark: bool = page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark'")
    return dark
