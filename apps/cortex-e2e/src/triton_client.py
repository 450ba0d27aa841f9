"""Asks a Cortex through Triton's own HTTP client and prints what came back as JSON. Arguments: host:port, key."""
import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

url, key = sys.argv[1:3]
client = triton.InferenceServerClient(url)
values = np.arange(40, dtype=np.float32).reshape(2, 20) / 7


def headers():
    """The client adds its own to the dictionary it is given, so each call gets a new one."""
    return {"authorization": f"Bearer {key}"}


def infer(binary_in, binary_out, **options):
    tensor = triton.InferInput("x", [2, 20], "FP32")
    tensor.set_data_from_numpy(values, binary_data=binary_in)
    wanted = triton.InferRequestedOutput("y", binary_data=binary_out)
    return client.infer("tiny", [tensor], outputs=[wanted], headers=headers(), **options).as_numpy("y").tolist()


def text():
    tensor = triton.InferInput("text", [2], "BYTES")
    tensor.set_data_from_numpy(np.array(["hello world", "good bye"], dtype=np.object_))
    return list(client.infer("cortex-embed-small", [tensor], headers=headers()).as_numpy("embedding").shape)


def refusal():
    try:
        client.get_model_metadata("nothing", headers=headers())
    except InferenceServerException as error:
        return error.message()


def reload():
    client.unload_model("tiny", headers=headers())
    unloaded = client.is_model_ready("tiny", headers=headers())
    client.load_model("tiny", headers=headers())
    return [unloaded, client.is_model_ready("tiny", headers=headers())]


print(json.dumps({
    "live": client.is_server_live(headers=headers()),
    "ready": client.is_server_ready(headers=headers()),
    "index": client.get_model_repository_index(headers=headers()),
    "metadata": client.get_model_metadata("tiny", headers=headers()),
    "config": client.get_model_config("tiny", headers=headers()),
    "binary": infer(True, True),
    "json": infer(False, False),
    "gzip": infer(True, False, request_compression_algorithm="gzip"),
    "deflate": infer(False, True, request_compression_algorithm="deflate"),
    "text": text(),
    "count": client.get_inference_statistics("tiny", headers=headers())["model_stats"][0]["inference_count"],
    "reload": reload(),
    "refusal": refusal(),
}))
