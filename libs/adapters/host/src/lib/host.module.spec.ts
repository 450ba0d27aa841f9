import { ResourceProbe } from '@cortex/resource-governor';
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

  it('refuses options that make no sense', async () => {
    await expect(Test.createTestingModule({ imports: [HostModule.forRoot({ freshMs: -1 })] }).compile()).rejects.toThrow('freshMs');
  });
});
