/** `ObjectStoreModule.forRoot({ folder })` or `forRoot({ s3 })`: a global ObjectStore. */
export { ObjectStoreModule, type ObjectStoreOptions } from './lib/object-store.module';
/** The same without Nest. */
export { FileObjectStore, type FileObjectStoreOptions } from './lib/file-object-store';
export { S3ObjectStore } from './lib/s3/s3-object-store';
/** How an S3 server is reached, with defaults for all but its address and keys. */
export { s3OptionsSchema, type S3Endpoint, type S3Options } from './lib/s3/s3.options';
