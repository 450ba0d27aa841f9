from typing import Generator

from hayhooks import BasePipelineWrapper


class PipelineWrapper(BasePipelineWrapper):
    """Fails, and tells a secret with it."""

    def setup(self) -> None:
        pass

    def run_api(self, query: str) -> str:
        raise RuntimeError("the password is secret-password")

    def run_chat_completion(self, model: str, messages: list[dict], body: dict) -> Generator:
        yield "Half of "
        raise RuntimeError("the password is secret-password")
