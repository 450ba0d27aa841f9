from typing import Generator

from hayhooks import BasePipelineWrapper


class PipelineWrapper(BasePipelineWrapper):
    """Never ends by itself."""

    def setup(self) -> None:
        pass

    def run_api(self) -> str:
        return "x" * 8_000_000

    def run_chat_completion(self, model: str, messages: list[dict], body: dict) -> Generator:
        for _ in range(100_000):
            yield "x" * 1_000
