"""Records: what is written is on disk, what is read is a copy."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trainwright_local.sagemaker.store import Stores

KEY = "arn:aws:sagemaker:eu-west-1:000000000000:training-job/churn-1"


def test_a_record_outlives_its_store(tmp_path: Path) -> None:
    Stores(tmp_path).of("1", "eu-west-1").collection("jobs").put(KEY, {"größe": [1, None, 2.5]})

    again = Stores(tmp_path)

    assert again.places() == [("1", "eu-west-1")]
    assert again.of("1", "eu-west-1").collection("jobs").get(KEY) == {"größe": [1, None, 2.5]}
    assert again.of("2", "eu-west-1").collection("jobs").get(KEY) is None


def test_what_was_read_is_not_what_is_kept(tmp_path: Path) -> None:
    jobs = Stores(tmp_path).of("1", "eu-west-1").collection("jobs")
    jobs.put(KEY, {"tags": []})

    for record in (jobs.get(KEY), jobs.list()[0]):
        assert record is not None
        record["tags"].append("mine")

    assert jobs.get(KEY) == {"tags": []}


def test_a_key_is_added_once(tmp_path: Path) -> None:
    jobs = Stores(tmp_path).of("1", "eu-west-1").collection("jobs")

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: jobs.add(KEY, {"number": number}), range(16)))

    assert sum(added) == 1
    assert jobs.get(KEY) == {"number": added.index(True)}


def test_changes_do_not_get_lost_between_threads(tmp_path: Path) -> None:
    jobs = Stores(tmp_path).of("1", "eu-west-1").collection("jobs")
    jobs.put(KEY, {"count": 0})

    with ThreadPoolExecutor(8) as pool:
        for _ in range(50):
            pool.submit(jobs.update, KEY, lambda record: record.update(count=record["count"] + 1))

    assert jobs.get(KEY) == {"count": 50}


def test_a_deleted_record_is_gone_from_disk(tmp_path: Path) -> None:
    jobs = Stores(tmp_path).of("1", "eu-west-1").collection("jobs")
    jobs.put(KEY, {})

    assert jobs.delete(KEY) == {}
    assert jobs.delete(KEY) is None
    assert Stores(tmp_path).of("1", "eu-west-1").collection("jobs").list() == []


def test_a_key_may_be_longer_than_a_file_name(tmp_path: Path) -> None:
    long = "部" * 300
    Stores(tmp_path).of("1", "eu-west-1").collection("jobs").put(long, {"a": 1})

    assert Stores(tmp_path).of("1", "eu-west-1").collection("jobs").get(long) == {"a": 1}


def test_a_write_that_was_cut_off_is_not_seen(tmp_path: Path) -> None:
    jobs = Stores(tmp_path).of("1", "eu-west-1").collection("jobs")
    jobs.put(KEY, {"a": 1})
    written = next(tmp_path.rglob("*.json"))
    written.with_suffix(".draft").write_text('{"key": "')

    assert Stores(tmp_path).of("1", "eu-west-1").collection("jobs").list() == [{"a": 1}]
