import { changeSignalContract } from '../lib/change-signal.contract';
import { FakeChangeSignal } from './fake-change-signal';

describe('FakeChangeSignal', () => {
  changeSignalContract(async () => {
    const one = new FakeChangeSignal();
    return { one, other: one.replica(), settle: async () => undefined };
  });
});
