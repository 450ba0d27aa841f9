import { ArrowRows } from './arrow/arrow-rows';
import { CortexProtocol } from './cortex/cortex-protocol';
import { Embeddings } from './openai/embeddings';
import { OpenAiProtocol } from './openai/openai-protocol';
import { OpenAiBatchProtocol } from './openai-batches/openai-batch-protocol';
import { OpenAiBatches } from './openai-batches/openai-batches';
import { OpenAiFiles } from './openai-batches/openai-files';
import { InsightProtocol } from './insight/insight-protocol';
import { JobOrders } from './jobs/job-orders';
import { JobsProtocol } from './jobs/jobs-protocol';
import { KeysProtocol } from './keys/keys-protocol';
import { QuotaUses } from './keys/quota-uses';
import { NlpProtocol } from './nlp/nlp-protocol';
import { PipelinesProtocol } from './nlp/pipelines-protocol';
import { TextsBody } from './nlp/texts-body';
import { InferHandler } from './open-inference/infer-handler';
import { OpenInferenceProtocol } from './open-inference/open-inference-protocol';
import { TextInference } from './open-inference/text-inference';
import { PresidioAnalyzer } from './presidio/analyzer';
import { NamedEntities } from './presidio/named-entities';
import { PresidioProtocol } from './presidio/presidio-protocol';
import { CollectionsProtocol } from './query/collections-protocol';
import { DocumentOrders } from './query/document-orders';
import { DocumentsProtocol } from './query/documents-protocol';
import { ExternalPipelinesProtocol } from './query/external-pipelines-protocol';
import { QuestionsProtocol } from './query/questions-protocol';
import { RegistryProtocol } from './registry/registry-protocol';
import { TransfersProtocol } from './registry/transfers-protocol';
import { RerankProtocol } from './rerank/rerank-protocol';
import { TeiCalls } from './text-embeddings-inference/tei-calls';
import { TextEmbeddingsInferenceProtocol } from './text-embeddings-inference/text-embeddings-inference-protocol';

/** Injection token of all protocols. */
export const PROTOCOLS = Symbol('PROTOCOLS');

/** Every protocol that is spoken; a new one is one more line here. */
export const PROTOCOL_CLASSES = [
  OpenInferenceProtocol,
  OpenAiProtocol,
  OpenAiBatchProtocol,
  RerankProtocol,
  TextEmbeddingsInferenceProtocol,
  PresidioProtocol,
  RegistryProtocol,
  TransfersProtocol,
  JobsProtocol,
  NlpProtocol,
  PipelinesProtocol,
  CollectionsProtocol,
  DocumentsProtocol,
  QuestionsProtocol,
  ExternalPipelinesProtocol,
  CortexProtocol,
  InsightProtocol,
  KeysProtocol,
] as const;

/** What the protocols are made of. */
export const PROTOCOL_PARTS = [ArrowRows, TextsBody, TextInference, InferHandler, Embeddings, TeiCalls, QuotaUses, JobOrders, NamedEntities, PresidioAnalyzer, OpenAiBatches, OpenAiFiles, DocumentOrders] as const;
