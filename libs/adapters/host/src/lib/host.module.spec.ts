import { ResourceProbe } from '@cortex/resource-governor';
import { FakeResourceProbe } from '@cortex/resource-governor/testing';
import { Test } from '@nestjs/testing';
import { HostResourceProbe } from './host-resource-probe';
import { HostModule } from './host.module';

describe('HostModule', () => {
  it('offers the machine under the port and lets go of it with the app', async () => {
    const app = await Test.createTestingModule({ imports: [HostModule.forRoot({})] }).compile();
    const probe = app.get(ResourceProbe) as HostResourceProbe;
    const dispose = jest.spyOn(probe, Symbol.dispose);
    expect(probe).toBeInstanceOf(HostResourceProbe);
    await app.close();
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  it('can have another probe put in its place', async () => {
    const fake = new FakeResourceProbe();
    const app = await Test.createTestingModule({ imports: [HostModule.forRoot({})] }).overrideProvider(ResourceProbe).useValue(fake).compile();
    expect(app.get(ResourceProbe)).toBe(fake);
    await expect(app.close()).resolves.toBeUndefined();
  });

  it('refuses options that make no sense', async () => {
    await expect(Test.createTestingModule({ imports: [HostModule.forRoot({ freshMs: -1 })] }).compile()).rejects.toThrow('freshMs');
  });
});
