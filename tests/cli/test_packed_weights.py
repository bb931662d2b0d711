"""Packed weights on disk: written by the first start, read by the next, made anew when they are not to be trusted."""
import signal
import subprocess
import time

from conftest import BINARY


def bench(outpost, model):
    return outpost.run("bench", model, "--pp", 16, "--tg", 4, "--reps", 1, "--json")


def packed_files(outpost):
    return sorted((outpost.home / "packed").glob("*"))


def test_the_first_start_writes_them_for_this_user_alone(outpost, tiny_model):
    bench(outpost, tiny_model)
    [file] = packed_files(outpost)
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.stat().st_ino
    assert "packed" not in bench(outpost, tiny_model).stderr
    assert packed_files(outpost)[0].stat().st_ino == written  # read, not written again


def test_damaged_ones_are_made_anew_with_a_word(outpost, tiny_model):
    bench(outpost, tiny_model)
    [file] = packed_files(outpost)
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + bytes(100))
    assert "made anew" in bench(outpost, tiny_model).stderr
    assert packed_files(outpost)[0].read_bytes() == whole
    assert "made anew" not in bench(outpost, tiny_model).stderr


def test_those_of_a_changed_model_are_not_used(outpost, tiny_model, tmp_path):
    model = tmp_path / "model.gguf"
    model.write_bytes(tiny_model.read_bytes())
    bench(outpost, model)
    data = bytearray(model.read_bytes())
    data[-1] ^= 1  # in place: the same inode, another time of change
    with model.open("r+b") as file:
        file.write(data)
    assert "another model" in bench(outpost, model).stderr
    assert len(packed_files(outpost)) == 1


def test_a_home_that_cannot_be_written_costs_nothing(outpost, tiny_model):
    outpost.home.mkdir()
    (outpost.home / "packed").write_text("a file where the folder should be")
    bench(outpost, tiny_model)


def test_killed_at_any_moment_the_next_start_works(outpost, tiny_model):
    for delay in (0.0, 0.01, 0.02, 0.04, 0.08):
        started = subprocess.Popen([str(BINARY), "bench", str(tiny_model), "--first-token"],
                                   env=outpost.environment, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert "packed" not in bench(outpost, tiny_model).stderr
        for file in packed_files(outpost):
            file.unlink()
