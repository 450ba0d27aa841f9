from typing import Generator

from hayhooks import BasePipelineWrapper


class PipelineWrapper(BasePipelineWrapper):
    """Answers with the first source that it was given, quoted."""

    def setup(self) -> None:
        pass

    def run_chat_completion(self, model: str, messages: list[dict], body: dict) -> Generator:
        quoted = messages[-1]["content"].split("\n")[1]
        yield "It says "
        yield f'[1: "{quoted}"]'
        yield ", and no more."
