import { Test } from '@nestjs/testing';
import { internalContext } from '@cortex/kernel';
import { Global, Module } from '@nestjs/common';
import { FakeResourceProbe } from './fake-resource-probe';
import { Governor } from './governor';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import { ReservationLedger } from './reservation-ledger.port';
import { Residency } from './residency';
import { ResourceGovernorModule } from './resource-governor.module';
import { ResourceProbe } from './resource-probe.port';

const ledger = new MemoryReservationLedger();

@Global()
@Module({
  providers: [{ provide: ReservationLedger, useValue: ledger }, { provide: ResourceProbe, useValue: new FakeResourceProbe({ usedBytes: 99, limitBytes: 100 }) }],
  exports: [ReservationLedger, ResourceProbe],
})
class SurroundingsModule {}

describe('ResourceGovernorModule', () => {
  it('offers a governor with defaults, where the application has nothing for it', async () => {
    const module = await Test.createTestingModule({ imports: [ResourceGovernorModule.forRoot({})] }).compile();
    expect(module.get(Governor).state()).toMatchObject({ stage: 'normal', budgetMs: 1_000, waitingLimitMs: 20_000 });
    expect(module.get(Governor).state().host).toBeUndefined();
    await module.close();
  });

  it("takes the application's ledger and probe", async () => {
    const module = await Test.createTestingModule({ imports: [SurroundingsModule, ResourceGovernorModule.forRoot({ sampleIntervalMs: 1 })] }).compile();
    const governor = module.get(Governor);
    await governor.admit({ cpuMs: 1, tokens: 7 }, internalContext({ budgets: [{ account: 'one', resource: 'tokens', limit: 10 }] }));
    expect(ledger.usage('one')).toMatchObject([{ reserved: 7 }]);
    const stage = await new Promise((resolve) => governor.onStage(resolve));
    expect(stage).toBe('refuse');
    await module.close();
  });

  it('keeps no more for what is loaded than the machine or its container has, and says so', async () => {
    const module = await Test.createTestingModule({ imports: [SurroundingsModule, ResourceGovernorModule.forRoot({ residencyBytes: 2_000 })] }).compile();
    expect(module.get(Residency).state().limitBytes).toBe(100);
    expect(module.get(Governor).decisions()).toMatchObject([{ kind: 'limit', subject: 'models', figures: { limitBytes: 100, configuredBytes: 2_000 } }]);
    await module.close();
  });

  it('refuses options that make no sense, by name', async () => {
    const module = Test.createTestingModule({ imports: [ResourceGovernorModule.forRoot({ budgetMs: -1 })] });
    await expect(module.compile()).rejects.toThrow('budgetMs');
  });
});
