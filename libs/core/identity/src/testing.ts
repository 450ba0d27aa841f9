/** What every KeyStore promises; for the spec of an adapter. */
export { aKeyRecord, keyStoreContract } from './lib/key-store.contract';
