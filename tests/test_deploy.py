"""The compose file is valid and keeps what it promises; whether it runs can be shown only with Docker."""

import pytest
from conftest import ROOT

yaml = pytest.importorskip("yaml")


def test_compose_file_checks_health_keeps_data_and_stays_on_this_machine() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"etcd", "minio", "milvus"}
    for name, service in compose["services"].items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert ":latest" not in service["image"], name
        assert len(service["image"].split(":")) == 2, name
        assert all(volume.split(":")[0] in compose["volumes"] for volume in service["volumes"]), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
    assert set(compose["services"]["milvus"]["depends_on"]) == {"etcd", "minio"}
