"""Make the sample, notes of travel expenses in Chinese: `sample.py OUTPUT_FOLDER`.

Each line asks of a note for one thing: where from, where to, what it cost, when, or who; or what it
cost somebody. A quarter of the answers is that there is nothing.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

_PLACES = """
北京 上海 广州 深圳 成都 杭州 武汉 西安 南京 重庆
天津 苏州 长沙 郑州 青岛 大连 厦门 昆明 机场 火车站
"""
_PEOPLE = "张伟 王芳 李娜 刘洋 陈静 杨帆 赵磊 黄丽 周强 吴敏 徐杰 孙婷"
_NOTES = (
    "{time}{name}从{a}到{b},花了{cost}。",
    "{name}{time}从{a}去{b},共{cost}。",
    "从{a}到{b}的车费{cost},{name}{time}报销。",
    "{name}报销{cost},{time}由{a}前往{b}。",
)
_NAMES = {"出发地": "a", "目的地": "b", "费用": "cost", "时间": "time", "姓名": "name"}
_OTHERS = ("酒店", "天气", "电话")
_SETTINGS = """\
hyperparameters: # a small model from nothing, as nothing can be downloaded
  model: scratch
  batch_size: 32
  learning_rate: 0.003
  max_seq_len: 64
  num_epochs: 5
  valid_steps: 150
gate:
  metric: validation:f1
  minimum: 0.9
endpoint:
  environment:
    schema: '["出发地", "目的地", "时间", {"姓名": ["费用"]}]'
"""


def _note(random_: random.Random) -> tuple[str, dict[str, tuple[int, int]]]:
    """Write a note, and say where everything is in it."""
    a, b = random_.sample(_PLACES.split(), 2)
    slots = {
        "a": a,
        "b": b,
        "name": random_.choice(_PEOPLE.split()),
        "cost": f"{random_.randint(5, 999)}{random_.choice(('元', '块钱'))}",
        "time": f"{random_.randint(1, 12)}月{random_.randint(1, 30)}日",
    }
    text = random_.choice(_NOTES)
    spans = {}
    while "{" in text:
        start = text.index("{")
        key = text[start + 1 : text.index("}")]
        text = text.replace(f"{{{key}}}", slots[key], 1)
        spans[key] = (start, start + len(slots[key]))
    return text, spans


def _lines(random_: random.Random, notes: int) -> Iterator[str]:
    for _ in range(notes):
        text, spans = _note(random_)
        name = text[slice(*spans["name"])]
        asked = {prompt: [spans[key]] for prompt, key in _NAMES.items()}
        asked[f"{name}的费用"] = [spans["cost"]]
        for prompt in (*random_.sample(list(asked), 3), random_.choice(_OTHERS)):
            results = [
                {"text": text[start:end], "start": start, "end": end}
                for start, end in asked.get(prompt, [])
            ]
            line = {"content": text, "prompt": prompt, "result_list": results}
            yield json.dumps(line, ensure_ascii=False)


def main() -> None:
    """Write the channel and run.yaml."""
    output = Path(sys.argv[1])
    random_ = random.Random(2022)  # noqa: S311 - to make the same again
    folder = output / "dataset"
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in (("train", 600), ("dev", 60)):
        lines = "\n".join(_lines(random_, notes))
        (folder / f"{name}.txt").write_text(lines + "\n", encoding="utf-8")
    (output / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    main()
