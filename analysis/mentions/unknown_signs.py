"""The signs by which prose shows that a word names an architecture, though the catalogue lacks it.

Each sign is a pattern with the group `name`. What matches is only a candidate: known names, data sets, libraries,
losses and the like are taken out in `unknown`.
"""

from __future__ import annotations

import re


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_WORD = r"[A-Za-z][A-Za-z0-9]*+(?:[-_.][A-Za-z0-9]++)*"
_QUOTE = r"[`*_\"'“”\[\]]{0,3}"
_MARK = r"[*_`'\"]{0,3}"
_PART = (
    r"(?:backbone|encoder|decoder|feature extractor|(?:base|main|final|embedding|teacher) model|detector|embedder|"
    r"reranker)"
)
# capitals inside the word: "CapsNet", "Caps-Net", "BirdNET"; "Planet" and "Robert" have none
SHAPE = re.compile(
    r"(?<![\w/.@#-])(?P<name>(?:[A-Z][A-Za-z0-9]{1,15}-)?(?:"
    r"[A-Z][A-Za-z0-9]*?[A-Za-z0-9](?:Net|Former|BERT|Bert|GPT|Mamba)"
    r"|[A-Z][A-Za-z0-9]*[a-z0-9](?:NET|LM|CNN|RNN|GNN|GCN|LSTM|GRU|VAE|GAN|ViT|former)"
    r"|[A-Z]{2,5}(?:CNN|RNN|GNN|GCN|LSTM|GRU|VAE|GAN)"
    r"|(?<=-)(?:Net|Former|BERT|GPT)"
    r"))(?:[-_]?[vV]\d{1,2})?(?:\+\+)?s?(?![\w/@]|-\w|\.\w)"
)
# a word in small letters that may be a known network with a slip: "efficietnet"
NET = re.compile(r"(?<![\w/.@#-])(?P<name>[a-z]{6,16}net)(?= )")
# two words of which one may have a slip ("Logistic Regresion"), and boosters, whose names are often misspelt
PAIR = re.compile(
    r"(?<![\w/.@#-])(?P<name>(?i:[a-z]{5,10}[ -](?:reg[a-z]{6,9}|for+[a-z]{2,4}|boost?[a-z]{2,5}|bay[a-z]{2,3})"
    r"|(?:logis|rand|gaus|naiv|grad)[a-z]{2,5}[ -][a-z]{5,11})"
    r"|L[a-z]{3,5}G[A-Za-z]{1,6}|X[A-Z]{1,3}[a-z]{3,6}|Cat[bB][a-z]{3,6})(?![\w/@-]|\.\w)"
)
ANY_PAIR = re.compile(r"egr|orr|oost|bosti|aye|ays|ogis|aus|Lig|XG|XB|Cat")  # what most slips leave of such words
ANY_SHAPE = re.compile(r"Net|NET|ormer|BERT|Bert|GPT|Mamba|LM|NN|GCN|LSTM|GRU|VAE|GAN|ViT")
ESTIMATOR = re.compile(r"(?<![\w.])(?P<name>(?:[A-Z][a-z]+){2,5}?)(?:Classifier|Regressor)(?:CV)?(?!\w)")
# "FooBar-7B", "Foo2.5-32B-Instruct": a size in thousand millions
SIZED = re.compile(
    r"(?<![\w/.@-])(?P<name>[A-Z][A-Za-z]{2,}(?:[-_]?[vV]?\d(?:\.\d)?)?(?:-[A-Z][A-Za-z]{2,})?)"
    r"-\d{1,3}(?:\.\d)?[bB](?:-A\d+B)?(?:-[A-Za-z0-9]+){0,3}(?![\w/])"
)
ANY_SIZE = re.compile(r"-\d[\d.]*[bB]\b")
# each with a word without which it cannot match
CONTEXT = tuple(
    (need, re.compile(pattern))
    for need, pattern in (
        # "we used X as the backbone"
        (
            " as ",
            r"\b(?:[Uu]s(?:e|ed|es|ing)|[Ww]ith|chose|took|adopt(?:ed)?|employ(?:ed)?|select(?:ed)?)\s+(?:the |a |an )?"
            rf"(?:pre-?trained |frozen )?{_QUOTE}(?P<name>{_WORD}){_QUOTE}\s+as\s+(?:\w+ ){{0,2}}{_PART}s?\b",
        ),
        # "an X backbone"
        ("backbone", rf"(?<![\w./-])(?P<name>{_WORD}){_QUOTE}[ -]backbones?\b(?![- ](?:free|agnostic))"),
        ("encoder", rf"(?<![\w./-])(?P<name>{_WORD}){_QUOTE}[ -]encoders?\b(?![- ]decoder)"),
        # "backbone: X"
        ("ackbone", rf"\b[Bb]ackbones?{_QUOTE}\s*(?::|=)\s*{_QUOTE}(?P<name>{_WORD})(?![\w/])"),
    )
)
# "the FooBar model": mixed case only, as capitals alone may stand for data, a task or a place ("the EEG model")
CALLED = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Mm]y|pre-?trained|fine-?tuned|vanilla|[Uu]s(?:e|ed|ing)|[Tt]rain(?:ed|ing)?)\s+"
    rf"{_QUOTE}(?P<name>(?=\w*[a-z])(?=\w*[A-Z]\w*[A-Z]|\w*[A-Z]\w*\d)[A-Za-z][A-Za-z0-9]{{3,}}){_QUOTE}"
    r"[ -](?:models?|networks?|architectures?|baselines?)\b"
)
CALLS = re.compile("model|etwork|rchitecture|aseline")
_PUBLISHERS = r"(?:arxiv\.org|openreview\.net|openaccess\.thecvf\.com|aclanthology\.org|proceedings\.)"
PAPER = tuple(
    (need, re.compile(pattern))
    for need, pattern in (
        # "[X](https://arxiv.org/...)"
        ("](http", rf"\[{_QUOTE}(?P<name>{_WORD}){_QUOTE}\]\(https?://(?:www\.)?{_PUBLISHERS}[^)\s]*\)"),
        # "X ([paper](...))", "X (arXiv ...)"
        ("aper", rf"(?<![\w./-])(?P<name>{_WORD}){_QUOTE}\s*[(\[]{{1,2}}[Pp]aper\b"),
        ("rXiv", rf"(?<![\w./-])(?P<name>{_WORD}){_QUOTE}\s*[(\[]{{1,2}}arXiv\b"),
    )
)
NETWORK_NEAR = re.compile(
    rf"\b{_any('model network architecture backbone encoder decoder detector transformer classifier net')}s?\b", re.I
)
# "Spatio-Temporal Relation Network (STRN)"
INTRODUCED = re.compile(r"(?<=[a-z])\s*\((?P<name>[A-Z][A-Za-z0-9-]{1,9})s?\)")
PHRASE = re.compile(r"(?:[A-Za-z][\w-]* ){0,6}[A-Za-z][\w-]*[ -](?P<head>[A-Za-z-]+)\Z")  # the words before it
HEADS = re.compile(r"(?:Network|Transformer|Auto-?encoder|Forest|Perceptron|Learning Machine)s?\Z", re.IGNORECASE)
LONGEST_PHRASE = 120  # characters
OTHER_NETWORKS = re.compile(
    r"\b(?:transport\w*|station\w*|rail\w*|electric\w*|"
    + _any(
        "area private sensor delivery social road power wireless virtual computer seismic monitoring citation ad "
        "content weather supply cellular mobile protein gene regulatory regression"
    )
    + r")\b",
    re.IGNORECASE,
)
# alone between two known names of a list: "ResNet, FooBar and VGG"
LISTED = re.compile(
    rf"\A[\s*_`'\"]*(?:,|/|\+|\|)\s*{_MARK}(?P<name>[A-Za-z][\w-]{{2,24}}?){_MARK}\s*"
    rf"(?:,|/|\+|\||,?\s(?:and|or|&))\s*(?:and |or )?{_MARK}\Z"
)
HUB = re.compile(r"(?<![\w./:@-])(?P<id>[A-Za-z0-9][\w.-]{1,38}+/(?P<name>[A-Za-z0-9][\w.-]{3,80}))(?![\w/])")
HUB_NEAR = re.compile(
    r"\b(?:(?:model|backbone|encoder|checkpoint|embedding)s?|weights|pre-?trained|fine-?tun\w+|hugging ?face|hub|llm)"
    r"\b",
    re.IGNORECASE,
)
OTHER_HUB = re.compile(r"\bdata ?sets?\b|\bcorpus\b|/datasets/|load_dataset", re.I)
PLACES = re.compile(
    _any(
        "inputs? data datasets? models? weights outputs? src kaggle working checkpoints? results? configs? scripts? "
        "notebooks? train test images? home root tmp usr opt"
    )
    + "/",
    re.IGNORECASE,
)
# identifiers as timm builds them: `foo_small_patch16_224`
HEAD_OF_IDENTIFIER = re.compile(r"(?P<name>[a-z]{4,40}\d?[a-z]{0,20}(?:v\d)?)_\w+\Z")
NO_HEADS = re.compile(
    _any(
        "model fold train valid test data feature image img pred exp version submission output input weight checkpoint "
        "best final seed epoch batch lr conv layer dense block stage backbone encoder decoder head audio video text "
        "base timm torch keras user item store sales lag mean count kaggle patch window mask loss score config run "
        "stack blend oof"
    )
)
CLASS = re.compile(
    r"^[ \t]*class[ \t]+(?P<name>[A-Z]\w{2,40})[ \t]*\([ \t]*"
    r"(?:[\w.]*\bModule|[\w.]*keras[\w.]*Model|Model|[\w.]*LightningModule|[\w.]*PreTrainedModel)[ \t]*\)",
    re.MULTILINE,
)

# what says nothing about which network is meant: "MyNet", "Group1", "Merged-14B"
GENERIC = re.compile(
    _any(
        "My Custom Simple Base Basic Our New Full Final Main Multi Deep Tiny Small Big Toy Dual Double Single Hybrid "
        "Combined Improved Enhanced Advanced Kaggle Competition Train Test Image Text Audio Video Sequence Time Series "
        "Tabular Feature Data Token Student Teacher Neural Siamese Conv Residual Recurrent Graph Dense Linear Merged "
        "Averaged Finetuned Pretrained Quantized Trained Group Level Stage Phase Track Part Team Experiment Exp "
        "Version Fold Seed Run Model Network Net Encoder Decoder Classifier Regressor Regression Classification "
        r"Predictor Detector Backbone Module Wrapper Ensemble Policy Value Actor Critic Agent Generator "
        r"Discriminator Embedder Extractor CNN RNN DNN NN LSTM GRU MLP FC \d+D? [Vv]\d+ _"
    )
)
TOOL = re.compile(
    r"^(?:Flax|TF)?Auto[A-Z]|For[A-Z]|"
    + _any(
        "Collator Tokenizer Processor Pipeline Augment Loss Dataset Loader Config Trainer Optimizer Scheduler Metric"
    )
)
PIECE_OF_NETWORK = re.compile(
    _any(
        "Block Layer Head Embed Attention Attn Pool Norm Conv Module Stem Neck Gate Encoding Activation Drop Swish "
        r"Mish Linear Unit Cell Mask Lambda Transform\Z Spec Mel Stage Branch Bottleneck Fusion Feed Concat "
        r"Identity Down Up Residual\Z"
    )
)
NO_FORMERS = re.compile(r"(?:[Tt]rans|[Pp]er|[Rr]e|[Ii]n|[Dd]e|[Pp]lat|[Oo]utper|[Uu]nder[Pp]er|[Cc]on|^)former\Z")
OF_MANY = re.compile(
    _any(
        "Tuned Fixed Voting Stacking Bagging Multi One Calibrated Base My Custom Dummy Ensemble Neural Image Text "
        "Audio Token Sequence Tabular Torch Keras Sk Best Final Self"
    )
)
# words beside a name that say what else it is: data, software, a competition
OTHER_AFTER = re.compile(
    r"[`*_\"')\]]{0,3}[ -]+(?:\w+ )?(?:data ?sets?|optimi[sz]ers?|tokeni[sz]ers?|loss(?:es)?|librar(?:y|ies)|"
    + _any("data corpora corpus framework toolkit scheduler format style taxonomy ontology leaderboard classes labels")
    + "|"
    + _any("benchmark competition challenge package metric score augmentation annotation")
    + r"s?)\b|[^\n\]]{0,60}\]\([^)\s]*(?:/competitions?/|/c/|/datasets?/)",
    re.IGNORECASE,
)
OTHER_BEFORE = re.compile(
    r"(?:(?:train|tune|evaluate|pre-?train|fine-?tune|test|benchmark)\w* (?:\w+ )?on (?:the )?"
    r"|\b(?:place|rank|medal|winning) (?:solution|submission) (?:for|to|of|in) (?:the )?"
    r"|\b(?:data ?set|corpus|library|package|framework|import|pip install|optimi[sz]er|loss|augmentation|metric)s?"
    r"[`*_\"' :=(]{1,4}|(?:/competitions?/|/c/|/datasets?/)[\w./-]*)[`*_\"'\[(]{0,3}\Z",
    re.IGNORECASE,
)
# a model's name as the first argument of what loads it; a hub id has an owner, a path is none
LOADED = re.compile(r"(?:\btimm\.)?\bcreate_model\(\s*(?:model_name\s*=\s*)?[\"'](?P<name>[A-Za-z][\w.-]{3,80})[\"']")
LOADER = re.compile(r"\b(?!\w*(?:Tokenizer|Config|Processor|Extractor|Scheduler)\Z)\w+\Z")  # before what follows
LONGEST_LOADER = 80  # characters
LOADED_FROM_HUB = re.compile(
    r"\.from_pretrained\(\s*"
    r"(?:pretrained_model_name_or_path\s*=\s*)?[\"'](?P<name>[A-Za-z0-9][\w.-]*/[A-Za-z][\w.-]{3,80})[\"']"
)
