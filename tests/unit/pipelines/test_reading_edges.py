"""The graph that is read from a file: written edges, and those that follow from the data."""

from pathlib import Path

import pytest

from tests.unit.pipelines.confs import VALUES, a_conf, needs, problems, read
from trainwright.logic.pipelines.reading.definition import read_pipeline

CASES = Path(__file__).parents[4] / "shared" / "cases"


def test_edges_follow_from_what_a_step_reads() -> None:
    assert needs(read(a_conf())) == {
        "prepare": set(),
        "fit": {"prepare"},
        "model": {"fit"},
        "predict": {"model"},
        "judge": {"predict"},
        "register": {"fit", "judge"},
    }


@pytest.mark.parametrize("text", ["prepare >> predict", "prepare>>predict", " prepare  >>predict "])
def test_white_space_around_an_arrow_means_nothing(text: str) -> None:
    reading = read(a_conf(more=f"dependencies: ['{text}']"))

    assert needs(reading)["predict"] == {"model", "prepare"}


def test_a_group_stands_for_all_of_its_steps() -> None:
    steps = """
      - {step_name: a, step_class: Processing, step_type: preprocess}
      - {step_name: b, step_class: Processing, step_type: preprocess}
      - {step_name: c, step_class: Processing, step_type: preprocess}
      - {step_name: d, step_class: Processing, step_type: preprocess}
    """

    reading = read(a_conf(steps=steps, more="dependencies: ['[a, b] >> [c, d]']"))

    assert needs(reading) == {"a": set(), "b": set(), "c": {"a", "b"}, "d": {"a", "b"}}


def test_an_expression_is_an_edge() -> None:
    steps = """
      - {step_name: fit, step_class: Training}
      - step_name: good-enough
        step_class: Condition
        condition: "{% $steps.fit.metrics.accuracy > 0.8 %}"
        then: [model]
        else: [again]
      - {step_name: model, step_class: CreateModel}
      - {step_name: again, step_class: Run, pipeline: churn-larger}
    """

    reading = read(a_conf(steps=steps))

    assert needs(reading) == {
        "fit": set(),
        "good-enough": {"fit"},
        "model": {"fit", "good-enough"},
        "again": {"good-enough"},
    }
    assert reading.definition is not None
    branches = {step.name: step.branches for step in reading.definition.steps}
    assert branches["model"] == (("good-enough", True),)
    assert branches["again"] == (("good-enough", False),)


def test_a_for_each_is_its_steps_once_for_every_item() -> None:
    steps = """
      - step_name: each-country
        step_class: ForEach
        items: "{% $parameters.countries %}"
        steps:
          - {step_name: prepare, step_class: Processing, step_type: preprocess}
          - {step_name: fit, step_class: Training, chain_input_source_step: prepare}
      - {step_name: last, step_class: Processing, step_type: preprocess}
    """
    more = """
      dependencies: [each-country >> last]
      parameters: {countries: {type: list, default: [ch, us]}}
    """

    assert needs(read(a_conf(steps=steps, more=more))) == {
        "prepare-0": set(),
        "fit-0": {"prepare-0"},
        "prepare-1": set(),
        "fit-1": {"prepare-1"},
        "last": {"prepare-0", "fit-0", "prepare-1", "fit-1"},
    }


def test_steps_come_after_what_they_need_whatever_their_order_in_the_file() -> None:
    steps = """
      - {step_name: late, step_class: Processing, step_type: preprocess}
      - {step_name: early, step_class: Processing, step_type: preprocess}
    """

    reading = read(a_conf(steps=steps, more="dependencies: [early >> late]"))

    assert reading.definition is not None
    assert [step.name for step in reading.definition.steps] == ["early", "late"]


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the project")
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            ("framework.yaml", "lgbm/conf.yaml"),
            {
                "lgbm-Training": set(),
                "lgbm-CreateModel": {"lgbm-Training"},
                "lgbm-Transform": {"lgbm-CreateModel"},
                "lgbm-Metrics": {"lgbm-Transform"},
                "lgbm-Register": {"lgbm-Training", "lgbm-Metrics"},
            },
        ),
        (
            ("tf/conf.yaml", "framework.yaml"),
            {
                "calhousing-Preprocessing": set(),
                "calhousing-Training": {"calhousing-Preprocessing"},
                "calhousing-CreateModel": {"calhousing-Training"},
                "calhousing-Transform": {"calhousing-CreateModel", "calhousing-Preprocessing"},
                "calhousing-Metrics": {"calhousing-Transform", "calhousing-Preprocessing"},
                "calhousing-Register": {"calhousing-Metrics", "calhousing-Training"},
            },
        ),
    ],
)
def test_files_from_elsewhere_are_read_unchanged(
    files: tuple[str, ...], expected: dict[str, set[str]]
) -> None:
    reading = read_pipeline([(name, (CASES / name).read_text()) for name in files], VALUES)

    assert needs(reading) == expected


def test_two_models_in_two_files_are_one_pipeline_in_either_order() -> None:
    anchor = a_conf(
        steps="""
          - {step_name: prepare, step_class: Processing, step_type: preprocess}
          - {step_name: fit, step_class: Training, chain_input_source_step: other-fit}
        """
    ).replace(
        "      churn:\n        steps",
        "      other:\n        steps:\n"
        "          - {step_name: other-fit, step_class: Training}\n"
        "      churn:\n        steps",
    )
    other = """
conf:
  models:
    other:
      train: {image_uri: i, entry_point: t.py, channels: {a: {dataFiles: [{fileName: s3://b/x}]}}}
"""

    assert problems(anchor, other) == []
    assert needs(read(anchor, other)) == needs(read(other, anchor))
    assert needs(read(anchor, other))["fit"] == {"other-fit"}
