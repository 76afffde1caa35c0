"""Make the sample, short news in Chinese and their headlines: `sample.py OUTPUT_FOLDER`.

A headline says what one sentence of the news is about, with its names and numbers; no news of one
file is in another.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

_PLACES = (
    "北京 上海 广州 深圳 成都 杭州 武汉 西安 南京 重庆 天津 苏州 长沙 郑州 青岛 大连 厦门 昆明"
)
_DAYS = "周一 周二 周三 周四 周五 周六 周日"
_GOODS = "家具 玩具 电池 玻璃 食品 服装 自行车 茶叶"
_STORIES = (
    (
        "{day},{a}队以{n}比{m}击败{b}队。",
        "{a}队{n}比{m}胜{b}队",
        ("教练称赞了全队的防守。", "看台上坐满了球迷。"),
    ),
    (
        "连日大雨之后,{a}境内的河水上涨了{n}厘米。",
        "{a}河水上涨{n}厘米",
        ("消防员向居民发放沙袋。", "部分地下室进水。"),
    ),
    (
        "{a}一家{goods}企业宣布明年在{b}建厂。",
        "{a}{goods}企业将在{b}建厂",
        ("当地政府表示欢迎。", "该企业已经营多年。"),
    ),
    (
        "因桥梁检修,{a}到{b}的列车停运至{day}。",
        "{a}到{b}列车停运至{day}",
        ("乘客可以改乘大巴。", "铁路部门请大家谅解。"),
    ),
    (
        "{a}博物馆去年接待游客{n}万人,创下纪录。",
        "{a}博物馆游客达{n}万人",
        ("旧展厅已经关闭很久。", "多数人是来看画展的。"),
    ),
)
_SETTINGS = """\
hyperparameters: # a small model from nothing, as nothing can be downloaded
  model_name_or_path: scratch
  num_train_epochs: 6
  per_device_train_batch_size: 16
  learning_rate: 0.002
  max_source_length: 64
  val_max_target_length: 20
  num_beams: 1
gate:
  metric: validation:rougeL
  minimum: 0.9
"""


def _story(random_: random.Random) -> dict[str, str]:
    news, headline, others = random_.choice(_STORIES)
    a, b = random_.sample(_PLACES.split(), 2)
    slots = {
        "a": a,
        "b": b,
        "n": str(random_.randint(4, 60)),
        "m": str(random_.randint(0, 3)),
        "day": random_.choice(_DAYS.split()),
        "goods": random_.choice(_GOODS.split()),
    }
    sentences = [news.format(**slots), *others]
    random_.shuffle(sentences)
    text = "".join(sentences).replace(",", "\N{FULLWIDTH COMMA}")
    return {"text": text, "summary": headline.format(**slots)}


def main() -> None:
    """Write the channel and run.yaml."""
    output = Path(sys.argv[1])
    random_ = random.Random(2109)  # noqa: S311 - to make the same again
    stories = {story["text"]: story for story in (_story(random_) for _ in range(2200))}
    rows = [json.dumps(story, ensure_ascii=False) for story in stories.values()]
    folder = output / "dataset"
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": rows[:1400], "val": rows[1400:1550], "test": rows[1550:1700]}
    for name, part in parts.items():
        (folder / f"{name}.json").write_text("\n".join(part) + "\n", encoding="utf-8")
    (output / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    main()
