from hayhooks import BasePipelineWrapper
from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore


class PipelineWrapper(BasePipelineWrapper):
    """Finds documents by their words."""

    def setup(self) -> None:
        store = InMemoryDocumentStore()
        store.write_documents([Document(id="ada", content="Ada Lovelace wrote the first program."), Document(id="hopper", content="Grace Hopper found a moth.")])
        self.pipeline = Pipeline()
        self.pipeline.add_component("retriever", InMemoryBM25Retriever(store))

    def run_api(self, query: str, top_k: int = 2) -> dict:
        found = self.pipeline.run({"retriever": {"query": query, "top_k": top_k}})
        return {"documents": [document.to_dict() for document in found["retriever"]["documents"]]}
