"""The voice network Kokoro: phonemes and a style in, a duration for every phoneme and 24 kHz samples out.

Decisions: it speaks one sentence at a time, so nothing is padded or masked. Weight normalisation is folded into the
weights when they are loaded. Chance enters as a generator on the host, so that a seed means the same on every device.
How long each phoneme lasts is told before the sound is made (``prosody``, then ``sound``), so that a caller can set the
pace and the pitch in between. Names of parameters are those of the published weights.

Legend: T tokens, F frames of 25 ms, P points of the pitch curve (2F), L samples, H hidden, S half a style, C channels.
The batch is always one.

Source: Li et al., "StyleTTS 2", 2023; Kaneko et al., "iSTFTNet", 2022; Wang et al., "Neural source-filter waveform
models", 2019; Huang and Belongie, "Arbitrary style transfer with adaptive instance normalization", 2017.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RATE_HZ = 24000
FRAME = 600
"""Samples a frame."""
_NUM_HARMONICS = 9
_SINE, _BREATH = 0.1, 0.003
_VOICED_HZ = 10.0
_TILTS = (0.1, 0.01)
"""Slopes of the rectifiers in the vocoder: between its stages, and before its last layer."""


@dataclass(frozen=True, slots=True)
class VocoderShape:
    """Sizes of the part that makes samples."""

    channels: int = 512
    rates: tuple[int, ...] = (10, 6)
    kernels: tuple[int, ...] = (20, 12)
    block_kernels: tuple[int, ...] = (3, 7, 11)
    block_dilations: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    fft: int = 20
    hop: int = 5


@dataclass(frozen=True, slots=True)
class KokoroShape:
    """Sizes of the network; the defaults are those of the published weights."""

    num_tokens: int = 178
    hidden: int = 512
    style: int = 128
    layers: int = 3
    kernel: int = 5
    max_frames: int = 50
    """Most frames of one phoneme."""
    width: int = 1024
    """Channels of the decoder."""
    side: int = 64
    """Channels of the text that are shown to every block of the decoder."""
    vocoder: VocoderShape = VocoderShape()


class StyledNorm(nn.Module):
    """Instance normalisation whose scale and shift come from the style; (1, C, F), (1, S) → (1, C, F)."""

    def __init__(self, style: int, channels: int) -> None:
        super().__init__()
        self.norm = nn.InstanceNorm1d(channels, affine=True)
        self.fc = nn.Linear(style, 2 * channels)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.fc(style).unsqueeze(-1).chunk(2, dim=1)
        shaped: Tensor = (1 + scale) * self.norm(x) + shift
        return shaped


class StyledBlock(nn.Module):
    """Two convolutions beside a shortcut; twice as many frames where ``doubles``."""

    def __init__(self, inner: int, outer: int, style: int, doubles: bool = False) -> None:
        super().__init__()
        self.doubles = doubles
        self.conv1 = nn.Conv1d(inner, outer, 3, padding=1)
        self.conv2 = nn.Conv1d(outer, outer, 3, padding=1)
        self.norm1, self.norm2 = StyledNorm(style, inner), StyledNorm(style, outer)
        if inner != outer:
            self.conv1x1 = nn.Conv1d(inner, outer, 1, bias=False)
        if doubles:
            self.pool = nn.ConvTranspose1d(inner, inner, 3, stride=2, groups=inner, padding=1, output_padding=1)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        inside = F.leaky_relu(self.norm1(x, style), 0.2)
        if self.doubles:
            inside, x = self.pool(inside), x.repeat_interleave(2, dim=-1)
        inside = F.leaky_relu(self.norm2(self.conv1(inside), style), 0.2)
        beside = self.conv1x1(x) if hasattr(self, "conv1x1") else x
        return (self.conv2(inside) + beside) / math.sqrt(2)


class SnakeBlock(nn.Module):
    """Residual convolutions of growing dilation with periodic activations (Ziyin et al., 2020)."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...], style: int) -> None:
        super().__init__()
        spread = [nn.Conv1d(channels, channels, kernel, dilation=d, padding=d * (kernel - 1) // 2) for d in dilations]
        self.convs1 = nn.ModuleList(spread)
        self.convs2 = nn.ModuleList(nn.Conv1d(channels, channels, kernel, padding=kernel // 2) for _ in dilations)
        self.adain1 = nn.ModuleList(StyledNorm(style, channels) for _ in dilations)
        self.adain2 = nn.ModuleList(StyledNorm(style, channels) for _ in dilations)
        self.alpha1 = nn.ParameterList(torch.ones(1, channels, 1) for _ in dilations)
        self.alpha2 = nn.ParameterList(torch.ones(1, channels, 1) for _ in dilations)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        first = zip(self.adain1, self.alpha1, self.convs1, strict=True)
        second = zip(self.adain2, self.alpha2, self.convs2, strict=True)
        for (norm1, alpha1, conv1), (norm2, alpha2, conv2) in zip(first, second, strict=True):
            inside = conv1(_snake(norm1(x, style), alpha1))
            x = x + conv2(_snake(norm2(inside, style), alpha2))
        return x


class StyledLayerNorm(nn.Module):
    """Layer normalisation whose scale and shift come from the style; (1, T, C), (1, S) → (1, T, C)."""

    def __init__(self, style: int, channels: int) -> None:
        super().__init__()
        self.fc = nn.Linear(style, 2 * channels)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.fc(style).unsqueeze(1).chunk(2, dim=-1)
        shaped: Tensor = (1 + scale) * F.layer_norm(x, x.shape[-1:]) + shift
        return shaped


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of (1, C, T)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x.mT, x.shape[1:2], self.gamma, self.beta).mT


class StyledText(nn.Module):
    """Tokens that have seen their neighbours and the style, layer after layer; (1, T, H) → (1, T, H + S)."""

    def __init__(self, shape: KokoroShape) -> None:
        super().__init__()
        self.lstms = nn.ModuleList()
        for _ in range(shape.layers):
            self.lstms.append(_both_ways(shape.hidden + shape.style, shape.hidden))
            self.lstms.append(StyledLayerNorm(shape.style, shape.hidden))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        beside = style.unsqueeze(1).expand(-1, x.shape[1], -1)
        for index in range(0, len(self.lstms), 2):
            x, _ = self.lstms[index](torch.cat([x, beside], -1))
            x = self.lstms[index + 1](x, style)
        return torch.cat([x, beside], -1)


class Last(nn.Module):
    """A linear layer under the name that the weights have for it."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.linear_layer = nn.Linear(inner, outer)


class Predictor(nn.Module):
    """How long each phoneme lasts, and the curves of pitch and loudness."""

    def __init__(self, shape: KokoroShape) -> None:
        super().__init__()
        hidden, style = shape.hidden, shape.style
        self.text_encoder = StyledText(shape)
        self.lstm = _both_ways(hidden + style, hidden)
        self.duration_proj = Last(hidden, shape.max_frames)
        self.shared = _both_ways(hidden + style, hidden)
        self.F0, self.N = _curve(hidden, style), _curve(hidden, style)
        self.F0_proj, self.N_proj = nn.Conv1d(hidden // 2, 1, 1), nn.Conv1d(hidden // 2, 1, 1)

    def durations(self, text_1TD: Tensor) -> Tensor:
        """Return frames of each token before they are rounded; (T,)."""
        seen, _ = self.lstm(text_1TD)
        return torch.sigmoid(self.duration_proj.linear_layer(seen)).sum(-1)[0]

    def curves(self, text_1FD: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return pitch in hertz and loudness, two points a frame; (1, P) each."""
        seen, _ = self.shared(text_1FD)
        pitch = loudness = seen.mT
        for block in self.F0:
            pitch = block(pitch, style)
        for block in self.N:
            loudness = block(loudness, style)
        return self.F0_proj(pitch)[:, 0], self.N_proj(loudness)[:, 0]


class TextEncoder(nn.Module):
    """What is said, without how; (1, T) → (1, H, T)."""

    def __init__(self, shape: KokoroShape) -> None:
        super().__init__()
        hidden, kernel = shape.hidden, shape.kernel
        self.embedding = nn.Embedding(shape.num_tokens, hidden)
        self.cnn = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(hidden, hidden, kernel, padding=kernel // 2), ChannelNorm(hidden), nn.LeakyReLU(0.2)
            )
            for _ in range(shape.layers)
        )
        self.lstm = _both_ways(hidden, hidden)

    def forward(self, tokens_1T: Tensor) -> Tensor:
        x = self.embedding(tokens_1T).mT
        for layer in self.cnn:
            x = layer(x)
        x, _ = self.lstm(x.mT)
        return x.mT


class Source(nn.Module):
    """The voice's own sound before the mouth: harmonics of the pitch, and breath; (1, P) hertz → (1, L)."""

    def __init__(self) -> None:
        super().__init__()
        self.l_linear = nn.Linear(_NUM_HARMONICS, 1)

    def forward(self, pitch_1P: Tensor, samples_a_point: int, chance: torch.Generator) -> Tensor:
        device = pitch_1P.device
        harmonics = torch.arange(1, _NUM_HARMONICS + 1, device=device, dtype=torch.float64).unsqueeze(-1)
        # In 32 bits the phase of a long sentence is coarser than a radian.
        turns = torch.cumsum(pitch_1P.double().unsqueeze(1) * harmonics / RATE_HZ % 1, -1) * samples_a_point
        phase = F.interpolate(turns, scale_factor=samples_a_point, mode="linear") * 2 * math.pi
        voiced = (pitch_1P > _VOICED_HZ).float().repeat_interleave(samples_a_point, -1).unsqueeze(-1)
        # Types are named here and below, since libraries that load another network change the default meanwhile.
        noise = torch.randn(phase.shape, generator=chance, dtype=torch.float32).mT.to(device)
        sines = torch.sin(phase).float().mT * _SINE * voiced
        breath = noise * torch.where(voiced > 0, _BREATH, _SINE / 3)
        return torch.tanh(self.l_linear(sines + breath))[..., 0]


class Vocoder(nn.Module):
    """Samples from features: stages of upsampling that look at the source, then an inverse Fourier transform."""

    def __init__(self, shape: VocoderShape, style: int) -> None:
        super().__init__()
        self.shape, bins = shape, shape.fft + 2
        self.m_source = Source()
        self.ups, self.noise_convs = nn.ModuleList(), nn.ModuleList()
        self.noise_res, self.resblocks = nn.ModuleList(), nn.ModuleList()
        for stage, (rate, kernel) in enumerate(zip(shape.rates, shape.kernels, strict=True)):
            inner, outer = shape.channels >> stage, shape.channels >> (stage + 1)
            self.ups.append(nn.ConvTranspose1d(inner, outer, kernel, rate, padding=(kernel - rate) // 2))
            step, is_last = math.prod(shape.rates[stage + 1 :]), stage + 1 == len(shape.rates)
            looks = nn.Conv1d(bins, outer, 1) if is_last else _strided(bins, outer, step)
            self.noise_convs.append(looks)
            self.noise_res.append(SnakeBlock(outer, 11 if is_last else 7, (1, 3, 5), style))
            for size, dilations in zip(shape.block_kernels, shape.block_dilations, strict=True):
                self.resblocks.append(SnakeBlock(outer, size, dilations, style))
        self.conv_post = nn.Conv1d(shape.channels >> len(shape.rates), bins, 7, padding=3)

    def forward(self, x: Tensor, style: Tensor, pitch_1P: Tensor, chance: torch.Generator) -> Tensor:
        shape, per_stage = self.shape, len(self.shape.block_kernels)
        source = self._spectrum(self.m_source(pitch_1P, math.prod(shape.rates) * shape.hop, chance))
        for stage, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, _TILTS[0]))
            if stage + 1 == len(self.ups):
                x = F.pad(x, (1, 0), mode="reflect")
            x = x + self.noise_res[stage](self.noise_convs[stage](source), style)
            blocks = self.resblocks[stage * per_stage : (stage + 1) * per_stage]
            x = sum((block(x, style) for block in blocks), torch.zeros_like(x[:1, :1, :1])) / per_stage
        level, phase = self.conv_post(F.leaky_relu(x, _TILTS[1])).chunk(2, dim=1)
        spectrum = torch.polar(level.exp(), phase.sin())
        return torch.istft(spectrum, shape.fft, shape.hop, window=self._window(spectrum.device))

    def _spectrum(self, sound_1L: Tensor) -> Tensor:
        window = self._window(sound_1L.device)
        found = torch.stft(sound_1L, self.shape.fft, self.shape.hop, window=window, return_complex=True)
        return torch.cat([found.abs(), found.angle()], 1)

    def _window(self, device: torch.device) -> Tensor:
        return torch.hann_window(self.shape.fft, device=device, dtype=torch.float32)


class Decoder(nn.Module):
    """Features of the mouth from text and curves, then samples."""

    def __init__(self, shape: KokoroShape) -> None:
        super().__init__()
        width, style, seen = shape.width, shape.style, shape.width + 2 + shape.side
        self.encode = StyledBlock(shape.hidden + 2, width, style)
        self.decode = nn.ModuleList(StyledBlock(seen, width, style) for _ in range(3))
        self.decode.append(StyledBlock(seen, shape.vocoder.channels, style, doubles=True))
        self.F0_conv = nn.Conv1d(1, 1, 3, stride=2, padding=1)
        self.N_conv = nn.Conv1d(1, 1, 3, stride=2, padding=1)
        self.asr_res = nn.Sequential(nn.Conv1d(shape.hidden, shape.side, 1))
        self.generator = Vocoder(shape.vocoder, style)

    def forward(
        self, text_1HF: Tensor, pitch_1P: Tensor, loudness_1P: Tensor, style: Tensor, chance: torch.Generator
    ) -> Tensor:
        curves = torch.cat([self.F0_conv(pitch_1P.unsqueeze(1)), self.N_conv(loudness_1P.unsqueeze(1))], 1)
        beside = torch.cat([self.asr_res(text_1HF), curves], 1)
        x = self.encode(torch.cat([text_1HF, curves], 1), style)
        for block in self.decode:
            x = block(torch.cat([x, beside], 1), style)
        samples: Tensor = self.generator(x, style, pitch_1P, chance)
        return samples


@dataclass(frozen=True, slots=True, eq=False)
class Prosody:
    """How a sentence is to be said, before it is."""

    text_1TD: Tensor
    frames_T: Tensor
    """Frames of each token at the pace that the network has learnt, not rounded."""


class Kokoro(nn.Module):
    """The whole network. ``bert`` is an ALBERT that returns ``last_hidden_state`` of (1, T, ``bert_hidden``)."""

    def __init__(self, shape: KokoroShape, bert: nn.Module, bert_hidden: int) -> None:
        super().__init__()
        self.shape = shape
        self.bert, self.bert_encoder = bert, nn.Linear(bert_hidden, shape.hidden)
        self.predictor, self.text_encoder = Predictor(shape), TextEncoder(shape)
        self.decoder = Decoder(shape)

    @torch.inference_mode()
    def prosody(self, tokens_1T: Tensor, style_1S: Tensor) -> Prosody:
        """Return how long each token lasts.

        Args:
            tokens_1T: phonemes as numbers of the vocabulary, 0 first and last.
            style_1S: a row of a voice, (1, 2S): how it sounds, then how it speaks.
        """
        speaking = style_1S[:, self.shape.style :]
        seen = self.bert_encoder(self.bert(tokens_1T).last_hidden_state)
        text = self.predictor.text_encoder(seen, speaking)
        return Prosody(text, self.predictor.durations(text))

    @torch.inference_mode()
    def sound(
        self,
        tokens_1T: Tensor,
        style_1S: Tensor,
        prosody: Prosody,
        frames_T: Tensor,
        *,
        pitch: float = 1.0,
        chance: torch.Generator,
    ) -> Tensor:
        """Return samples at ``RATE_HZ``, ``FRAME`` for each frame; (L,).

        Args:
            tokens_1T: as they were given to ``prosody``.
            style_1S: likewise.
            prosody: what it returned.
            frames_T: whole frames of each token, at least 1.
            pitch: factor on the pitch.
            chance: on the host; decides phases of breath.
        """
        sounding, speaking = style_1S.split(self.shape.style, dim=1)
        hertz, loudness = self.predictor.curves(prosody.text_1TD.repeat_interleave(frames_T, dim=1), speaking)
        text = self.text_encoder(tokens_1T).repeat_interleave(frames_T, dim=2)
        samples: Tensor = self.decoder(text, hertz * pitch, loudness, sounding, chance)
        return samples[0]


def folded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights without weight normalisation: direction and length of each filter are multiplied out.

    Source: Salimans and Kingma, "Weight normalization", 2016.
    """
    plain = {name: each for name, each in weights.items() if not name.endswith((".weight_g", ".weight_v"))}
    for name, length in weights.items():
        if name.endswith(".weight_g"):
            stem = name.removesuffix("_g")
            direction = weights[f"{stem}_v"]
            across = tuple(range(1, direction.ndim))
            plain[stem] = length * direction / torch.linalg.vector_norm(direction, dim=across, keepdim=True)
    return plain


def _snake(x: Tensor, alpha: Tensor) -> Tensor:
    return x + torch.sin(alpha * x).square() / alpha


def _both_ways(inner: int, outer: int) -> nn.LSTM:
    return nn.LSTM(inner, outer // 2, batch_first=True, bidirectional=True)


def _curve(hidden: int, style: int) -> nn.ModuleList:
    half = hidden // 2
    return nn.ModuleList(
        [StyledBlock(hidden, hidden, style), StyledBlock(hidden, half, style, True), StyledBlock(half, half, style)]
    )


def _strided(inner: int, outer: int, step: int) -> nn.Conv1d:
    return nn.Conv1d(inner, outer, 2 * step, stride=step, padding=(step + 1) // 2)
