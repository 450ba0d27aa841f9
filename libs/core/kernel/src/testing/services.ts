/** The real services that integration specs use, as `tools/services up` started them. What is absent is skipped by name. */
export interface TestServices {
  /** An administrator's URL: specs make databases of their own. */
  readonly postgres?: { readonly url: string };
  readonly redis?: { readonly url: string };
  readonly s3?: { readonly endpoint: string; readonly accessKey: string; readonly secretKey: string };
}

declare global {
  /** Set by the test environment. */
  var cortexTestServices: TestServices | undefined;
}

/** What is there of the services. */
export function testServices(): TestServices {
  return globalThis.cortexTestServices ?? {};
}

/** A `describe` that hands out the service, or skips its specs by name when the service is not running. */
export function describeWith<Name extends keyof TestServices>(name: Name, title: string, specs: (service: NonNullable<TestServices[Name]>) => void): void {
  const service = testServices()[name];
  const suite = service === undefined ? describe.skip : describe;
  // Skipped specs are still read for their names.
  suite(`${title} (${name})`, () => specs(service ?? ({} as NonNullable<TestServices[Name]>)));
}
