"""The variables of a cloud's process."""

from pathlib import Path

from trainwright_local.cloud.environment import cloud_environment, default_cache_dir


def variables(**around: str) -> dict[str, str]:
    return cloud_environment(
        around, state_dir=Path("/state"), port=4577, region="eu-west-1", secret="s3cret"
    )


def test_the_developers_own_aws_settings_stay_outside() -> None:
    made = variables(
        AWS_PROFILE="mine", AWS_SESSION_TOKEN="mine", AWS_CA_BUNDLE="mine", PYTHONPATH="mine"
    )

    assert "mine" not in made.values()
    assert made["AWS_CONFIG_FILE"] == made["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_what_finds_packages_and_programs_comes_in() -> None:
    taken = {"PATH": "/bin", "UV_INDEX_URL": "u", "https_proxy": "p", "PYENV_VERSION": "3.13"}
    taken |= {"DOCKER_HOST": "d", "CONTAINERS_CONF": "c", "XDG_RUNTIME_DIR": "/run/user/1"}

    assert taken.items() <= variables(**taken).items()


def test_it_is_bound_to_loopback_and_asks_for_credentials() -> None:
    made = variables(BIND_HOST="0.0.0.0", AUTH="false")

    assert made["BIND_HOST"] == "127.0.0.1"
    assert made["AUTH"] == "true"
    assert made["AWS_SECRET_ACCESS_KEY"] == "s3cret"


def test_everything_it_writes_is_in_its_folder() -> None:
    made = variables()

    for name in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR"):
        assert Path(made[name]).is_relative_to("/state")


def test_the_cache_is_where_the_user_keeps_caches() -> None:
    assert default_cache_dir({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/trainwright")
    assert default_cache_dir({}) == Path.home() / ".cache" / "trainwright"
