import json
import subprocess

import numpy as np
import pytest


def test_help_version_and_wrong_use(outpost):
    assert "Examples:" in outpost.run("help").stdout
    assert outpost.json("version", "--json")["version"]
    wrong = outpost.run("brew", code=2)
    assert wrong.stdout == "" and wrong.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_is_valid_shell(outpost, shell):
    script = outpost.run("completion", shell).stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    assert "logits" in script


def test_tokens_come_back_as_lists(outpost, tiny_model, tmp_path):
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(["", "hello world", "snö ❄ 漢字", "\n\n\t"]))
    ids = outpost.json("debug", "tokens", tiny_model, "--json", texts)
    assert len(ids) == 4 and ids[0] == [] and all(isinstance(i, int) for i in ids[1])


def logits(outpost, model, out, *flags, step=1):
    outpost.run("debug", "logits", model, "--ids", ",".join(str(3 + i * step % 200) for i in range(70)),
                "--out", out, *flags)
    return np.load(out)


def test_logits_have_the_same_bits_for_any_chunk_and_thread_count(outpost, tiny_model, tmp_path):
    base = logits(outpost, tiny_model, tmp_path / "a.npy")
    assert base.dtype == np.float32 and base.shape[0] == 70 and np.isfinite(base).all()
    for flags in (["--chunk", 1], ["--chunk", 16], ["--chunk", 33, "--threads", 1], ["--threads", 2]):
        other = logits(outpost, tiny_model, tmp_path / "b.npy", *flags)
        assert (base.view(np.uint32) == other.view(np.uint32)).all(), flags


def test_precise_is_near_default_and_every_isa_agrees(outpost, tiny_model, tmp_path):
    steps = (1, 3, 7, 11, 13, 17, 19)
    base, precise = ([logits(outpost, tiny_model, tmp_path / "a.npy", *flags, step=step) for step in steps]
                     for flags in ([], ["--precise"]))
    assert 0 < np.abs(base[0] - precise[0]).max() < 1.0
    assert all(0 < np.abs(a - b).mean() < 0.15 for a, b in zip(base, precise))
    outpost.environment["OUTPOST_ISA"] = "scalar"
    scalar, scalar_precise = ([logits(outpost, tiny_model, tmp_path / "a.npy", *flags, step=step) for step in steps]
                              for flags in ([], ["--precise"]))
    assert all(np.abs(a - b).max() < 1e-3 for a, b in zip(precise, scalar_precise))
    # An exponential that differs in its last bit may round an activation to the next of its 255 steps, and so
    # all that follows in that text: in few texts, so the median stays far below what those steps cost.
    differences = [np.abs(a - b).mean() / np.abs(a - c).mean() for a, b, c in zip(base, scalar, precise)]
    assert np.median(differences) < 0.05 and max(differences) < 0.5, differences


def test_bench_prints_the_named_figures(outpost, tiny_model):
    figures = outpost.json("bench", tiny_model, "--pp", 64, "--tg", 8, "--batch", "1,3", "--threads", 2, "--json")
    assert all(figures[name] > 0 for name in ("pp64", "tg8_x1", "tg8_x3"))


def test_bench_says_what_share_of_the_machine_that_is(outpost, tiny_model, tmp_path):
    picture = tmp_path / "bench.svg"
    figures = outpost.json("bench", tiny_model, "--pp", "16", "--tg", 4, "--depth", "0,64", "--shared", 32, "--reps", 1,
                           "--svg", picture, "--json")
    assert list(figures["shares"]) == ["pp16", "tg4_x1_s32", "pp16_d64"]
    for name, share in figures["shares"].items():
        assert figures[name] > 0 and share["share"] > 0, name
        assert share["roof"] in ("int8", "bandwidth")
    assert picture.read_text().startswith("<svg ")


def test_bench_measures_its_own_start(outpost, tiny_model):
    figures = outpost.json("bench", tiny_model, "--set", "start", "--json")
    assert 0 < figures["start_first_token_ms"] < 60_000


def test_the_probe_knows_the_machine(outpost):
    probe = outpost.json("bench", "--probe", "--threads", 1, "--json")
    assert probe["threads"] == 1
    for kind in ("int8", "f32"):
        assert probe[f"{kind}_multiply_adds_per_second"]["one"] > 1e8
    assert {"DRAM"} <= set(probe["read_bytes_per_second"])
    assert 0 < probe["barrier_seconds"] < 1


@pytest.mark.parametrize("arguments, code", [
    (["bench", "no-such-model"], 3),
    (["debug", "logits", "no-such-model", "--ids", "1", "--out", "x.npy"], 3),
    (["show", "/dev/null"], 3),
    (["rm", "no-such-model"], 3),
    (["runs", "show", "no-such-run"], 3),
])
def test_errors_have_their_own_exit_codes_and_nothing_on_stdout(outpost, arguments, code):
    done = outpost.run(*arguments, code=code)
    assert done.stdout == "" and done.stderr.startswith("outpost: ")


def test_a_token_outside_the_vocabulary_is_refused(outpost, tiny_model, tmp_path):
    done = outpost.run("debug", "logits", tiny_model, "--ids", "999999999", "--out", tmp_path / "x.npy", code=2)
    assert "999999999" in done.stderr and not (tmp_path / "x.npy").exists()


def test_a_damaged_file_is_refused_quickly(outpost, tiny_model, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(tiny_model.read_bytes()[:5000])
    done = outpost.run("show", cut, code=4, timeout=5)
    assert done.stderr.strip()


def test_list_is_empty_json_in_a_new_home(outpost):
    assert outpost.json("list", "--json") == []
    assert outpost.json("runs", "--json") == []
