"""What may stand before and after a family's name as part of it: sizes, versions, weight tags, quantisations."""

from __future__ import annotations

import re

SIZES = r"tiny|small|base|large|huge|giant|gigantic|nano|pico|femto|atto|micro|mini|medium|xsmall|xlarge|xxlarge|xl|xxl"
TRAINING = (
    r"in1k|in12k|in21k|in22k|imagenet|21k|22k|12k|1k|ft|ns|jft|lvd\d+m|ap|aa|ra|ra2|ra3|ra4|sw|ssl|swsl|wsl|ig1b|fb|clip|laion\d*b?|"
    r"openai|mae|fcmae|dino|sail|augreg\d?|miil|pycls|tv\d?|timm|ssld|distilled|pretrained|ms|tf|rw|rmlp|coco|"
    r"cased|uncased|mnli|squad\d?|fever|anli|xnli|ling|wanli|finetuned|multilingual|wwm|discriminator|generator|v"
)
CHAT = (
    r"instruct|chat|it|coder|code|math|distill|distilled|preview|pro|flash|turbo|sonnet|opus|haiku|plus|ultra|reasoner|"
    r"reasoning|thinking|embedding|reranker|reward|prm|rm|orm|vl|vision|omni|audio|lite|max|exp|latest|rl|sft|dpo|kto|"
    r"awq|gptq|gguf|exl2|int4|int8|fp8|fp16|bf16|4bit|8bit|w4a16|w8a8|bnb|nf4|qlora|mlx|hf|open"
)
LETTERS = r"b\d{1,2}|l\d|f\d|xs|s|m|l|x|n|t|h|g|d|e|c|u"
SHAPES = r"patch\d+|window\d+|\d{1,4}x\d{1,4}[a-z]?|so\d+m|r\d+|vit|reg\d?|seg|cls|pose|obb|dw|gap|4x|2x"
NUMBERS = r"v?\d{1,4}(?:\.\d+)*[a-z]{0,2}|\d+(?:\.\d+)?[bm]|a\d+b|\d{4,8}"
TOKEN = re.compile(rf"(?:{SIZES}|{TRAINING}|{CHAT}|{LETTERS}|{SHAPES}|{NUMBERS})\Z")
# glued straight to the name: "resnet50d", "yolov8x", "effnetb4", "LSTMs"
GLUED = re.compile(
    r"(?:s|v?\d{1,4}(?:\.\d+)?(?:[a-z]{1,3}|_?32x4d|s?wsl)?|b\d{1,2}|l\d|f\d|\d+(?:\.\d+)?b|xl|xxl|[xyz]\d+|v\d(?:\.\d+)?[a-z]{1,2}|tiny|small|"
    r"base|large|seg|(?:for|model|classifier|regressor)[a-z]*)\Z"
)
# after a blank only what can hardly be anything else
SPACED = re.compile(
    r"(?:tiny|small|base|large|huge|giant|nano|xsmall|xlarge|xxlarge|b\d|v\d(?:\.\d+)?|\d+(?:\.\d+)?b|instruct|"
    r"patch\d+|pro|flash|sonnet|opus|haiku|turbo|preview|ns|l\d|n\d\d|in2?1k|in22k|32x4d|\d{2,3}m)\Z"
)
SPACED_LETTER = re.compile(r"(?:S|M|L|X|N|XL|XXL|IT)\Z")  # upper case only: "EfficientNetV2 S"
RESNET_DEPTH = re.compile(r"(?:18|26|34|50|101|121|152|161|169|200|201)[dt]?\Z")
RELEASE = re.compile(r"\d{1,2}(?:\.\d)?[nsmlx]?\Z")
NO_TOKEN = re.compile(
    r"(?:fold|epoch|ep|seed|exp|cv|lb|version|ver|run|step|lr|bs|stage|best|final|last|model|ckpt|weight)s?\d*\Z"
)
COUNTED = re.compile(
    r" *(?:x|%|folds?|epochs?|models?|seeds?|times|gpus?|layers?|hours?|days?|features|th|st|nd|rd|place|and|to|-)\b"
)
SIZE_WORDS = frozenset(f"{SIZES}|{CHAT}|s|m|l|x|n|ns|noisy|student|cased|uncased".split("|"))  # these make a variant
GLUE = frozenset("-_.:/")
RELEASED_KINDS = frozenset({"llm", "vlm", "detector", "search", "other"})
PREFIX = re.compile(r"(?:tf|gluon|legacy|swsl|ssl|dm|eca|timm|hf|nf|ig|mobilenetv\d|3d|2\.5d|2d|1d)\Z")
WEIGHTS_TAG = re.compile(r"(?:dinov\d|siglip|clip|mae|lvd\d+m|eva02)\Z")  # of timm: `convnext_small.dinov3_lvd1689m`
_WORD = re.compile(r"[a-z0-9+.]*")


def read_suffix(text: str, folded: str, end: int, kind: str, is_ambiguous: bool) -> int | None:
    """Where the whole name ends when a family's name ends at `end`; None when that is no end of a name.

    `folded` is the text as `names.fold` gives it; `kind` is the architecture's kind in the catalogue.
    """
    run = _word_at(folded, end)
    if run and not _is_glued(run, is_ambiguous, text[end - 1]):
        return None
    at = end + len(run)
    while at < len(folded) and folded[at] == " ":
        token = _word_at(folded, at + 1)
        if not token or not _continues(text, at, token, kind):
            break
        at += 1 + len(token)
    return at


def _word_at(folded: str, at: int) -> str:
    match = _WORD.match(folded, at)
    return match.group().rstrip(".") if match else ""


def _is_glued(run: str, is_ambiguous: bool, before: str) -> bool:
    if is_ambiguous:
        return run == "s" or (run[0].isdigit() and bool(GLUED.match(run)))
    return bool(GLUED.match(run)) or (before.isdigit() and bool(re.match(r"[a-z]{1,2}\Z", run)))


def _continues(text: str, at: int, token: str, kind: str) -> bool:
    """Whether the token behind the separator at `at` still belongs to the name."""
    separator, raw = text[at], text[at + 1 : at + 1 + len(token)]
    if separator == "." and WEIGHTS_TAG.match(token):
        return True
    if separator in GLUE:
        if separator == "/" and not re.match(r"b\d\Z", token):
            return False
        return bool(TOKEN.match(token)) and not NO_TOKEN.match(token)
    if separator != " " or (re.match(r"b\d", token) and re.search(r"[bB]\d\Z", text[:at][-3:])):
        return False
    if SPACED.match(token) or SPACED_LETTER.match(raw):
        return True
    after = text[at + 1 + len(token) : at + 12 + len(token)].lower()
    if COUNTED.match(after):
        return False
    if kind == "cnn" and RESNET_DEPTH.match(token):
        return True
    return kind in RELEASED_KINDS and bool(RELEASE.match(token))


def read_prefix(text: str, folded: str, start: int) -> int:
    """Where the whole name starts when a family's name starts at `start`: "tf_" and its like belong to it."""
    while start >= 3 and text[start - 1] in "_-":
        begin = folded.rfind(" ", 0, start - 1) + 1
        if not PREFIX.match(folded[begin : start - 1]):
            break
        start = begin
    return start
