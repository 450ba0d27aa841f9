import { DocumentParser } from '@cortex/query';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { documentsOptionsSchema, type DocumentsOptions } from './documents.options';
import { IsolatedDocumentParser } from './isolated-document-parser';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<DocumentsOptions>({ moduleName: 'Documents' })
  .setClassMethodName('forRoot')
  .build();

const parser: FactoryProvider<DocumentParser> = {
  provide: DocumentParser,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: (options: DocumentsOptions) => new IsolatedDocumentParser(documentsOptionsSchema.parse(options)),
};

/** Offers a DocumentParser everywhere: `forRoot({ processes: 2 })` or `forRootAsync`. It holds nothing open between documents. */
@Global()
@Module({ providers: [parser], exports: [DocumentParser] })
export class DocumentsModule extends ConfigurableModuleClass {}
