"""Real clients of AWS, unmodified, each in an environment of its own, drive the local SageMaker."""

from collections.abc import Callable

import pytest

from tests.clients.cases import Outcomes, Script, all_scripts


@pytest.mark.parametrize("script", all_scripts(), ids=str)
def test_a_client_tells_what_it_would_of_aws(
    script: Script, told: Callable[[Script], Outcomes], pytestconfig: pytest.Config
) -> None:
    outcomes = told(script)

    if pytestconfig.getoption("--accept"):
        script.accept(outcomes)
    assert outcomes == script.expected
