import time

from hayhooks import BasePipelineWrapper


class PipelineWrapper(BasePipelineWrapper):
    """Says nothing for a while."""

    def setup(self) -> None:
        pass

    def run_api(self, seconds: float) -> str:
        time.sleep(seconds)
        return "late"
