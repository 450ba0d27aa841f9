/**
 * Lets the process make no byte array above a limit, from now on. A heap's limit does not count the memory of arrays,
 * and our PDF library unfolds each compressed stream whole, into arrays that double.
 */
export function boundByteArrays(maxBytes: number): void {
  const construct = (type: Uint8ArrayConstructor, args: unknown[], target: unknown) => {
    if (typeof args[0] === 'number' && args[0] > maxBytes) throw new RangeError(`an array of ${args[0]} bytes is above the limit of ${maxBytes}`);
    return Reflect.construct(type, args, target === globalThis.Uint8Array ? type : (target as typeof type));
  };
  // The platform's own way to unfold would keep to no limit; without it the library takes its own.
  Object.assign(globalThis, { DecompressionStream: undefined });
  globalThis.Uint8Array = new Proxy(Uint8Array, { construct });
}
