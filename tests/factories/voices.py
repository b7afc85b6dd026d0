"""A tiny Kokoro in the published format: ``config.json``, a ``.pth`` of state dicts, ``voices/*.pt``.

The network is chance, but three things are set as training would leave them, because without them nothing about time,
pitch and loudness could be measured: phonemes last about 75 ms, the pitch lies near 170 Hz, and the source is heard.
"""

import json
from pathlib import Path
from typing import Any

VOCABULARY = (
    ';:,.!?—…"()“” ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    "ɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵊᵻ̃ʣʦ"
)
VOICES = ("af_heart", "am_adam", "bf_emma", "ef_dora", "ff_siwis", "if_sara", "pf_dora")
CONFIG: dict[str, Any] = {
    "n_token": 178,
    "hidden_dim": 32,
    "style_dim": 8,
    "n_layer": 2,
    "max_dur": 10,
    "dropout": 0.2,
    "text_encoder_kernel_size": 5,
    "n_mels": 80,
    "vocab": {symbol: index + 1 for index, symbol in enumerate(VOCABULARY)},
    "plbert": {
        "hidden_size": 16,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 512,
        "num_hidden_layers": 1,
        "embedding_size": 16,
        "dropout": 0.1,
    },
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "resblock_dilation_sizes": [[1, 3]],
        "resblock_kernel_sizes": [3],
        "upsample_initial_channel": 16,
    },
}
_FRAMES, _HERTZ = 2.5, 170.0


def write_kokoro(folder: Path, seed: int = 0) -> Path:
    """Write the folder as it is published."""
    import torch

    network = _network(seed)
    parts: dict[str, dict[str, Any]] = {}
    for name, tensor in network.state_dict().items():
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[f"module.{rest}"] = tensor
    (folder / "voices").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf8")
    torch.save(parts, folder / "kokoro-v1_0.pth")
    chance = torch.Generator().manual_seed(seed)
    for voice in VOICES:
        torch.save(0.5 * torch.randn(510, 1, 2 * CONFIG["style_dim"], generator=chance), folder / f"voices/{voice}.pt")
    return folder


def write_ready_kokoro(folder: Path) -> Path:
    """Write the folder with the safetensors files that the product makes of it."""
    from vortex.runtime.kokoro import convert

    write_kokoro(folder)
    convert(folder)
    return folder


def _network(seed: int) -> Any:
    import torch
    from transformers import AlbertConfig, AlbertModel

    from vortex.models.kokoro import Kokoro, KokoroShape, VocoderShape

    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        vocoder = VocoderShape(channels=16, block_kernels=(3,), block_dilations=((1, 3),))
        shape = KokoroShape(178, 32, 8, 2, 5, CONFIG["max_dur"], width=24, side=4, vocoder=vocoder)
        bert = AlbertModel(AlbertConfig(vocab_size=178, **CONFIG["plbert"]), add_pooling_layer=False)
        network = Kokoro(shape, bert, 16)
    finally:
        torch.set_rng_state(state)
    share = _FRAMES / CONFIG["max_dur"]
    with torch.no_grad():
        network.predictor.duration_proj.linear_layer.bias.fill_(float(torch.logit(torch.tensor(share))))
        network.predictor.F0_proj.bias.fill_(_HERTZ)
        _open_mouth(network.decoder.generator)
    return network


def _open_mouth(vocoder: Any) -> None:
    """Let the level of the source through, and little else: most of the sound then lies at the pitch and above it."""
    bins = CONFIG["istftnet"]["gen_istft_n_fft"] // 2 + 1
    vocoder.m_source.l_linear.weight.fill_(0.5)
    vocoder.noise_convs[-1].weight[:, bins:] = 0
    vocoder.ups[-1].weight.mul_(0.1)
    for block in (*vocoder.noise_res, *vocoder.resblocks):
        for each in block.convs2:
            each.weight.mul_(0.1)
            each.bias.zero_()
    vocoder.conv_post.weight[:bins] *= 6.0
    vocoder.conv_post.weight[bins:] *= 0.1
    vocoder.conv_post.bias[:bins].fill_(-4.7)
    vocoder.conv_post.bias[:2] = vocoder.conv_post.bias.new_tensor([0.3, -1.7])
