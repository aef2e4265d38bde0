import { expect, onTestFinished, test } from 'vitest';
import { openCityOs } from '../../../simulators/city-os/city-os.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { FAULTS, type Fault, openReceiver } from './faulty-receiver.ts';

const held = async (url: string, ...more: string[]) =>
  machimori(temporaryFolder(), 'test-receiver', url, '--receipt-timeout', '1500ms', ...more);

test('the stand-in for a city OS does all that docs/feed.md asks', async () => {
  const cityOs = await openCityOs({ file: ':memory:' });
  onTestFinished(() => cityOs.close());
  const { code, out, err } = await held(cityOs.url);
  expect(err).toBe('');
  expect(out).not.toMatch(/WRONG|missing/);
  expect(out).toMatch(/All is as docs\/feed\.md has it\.\n$/);
  expect(code).toBe(0);
  expect(cityOs.store.duplicates()).toBe(0);
}, 60_000);

test.each(Object.keys(FAULTS) as Fault[])(
  'a receiver that %s is told so',
  async (fault) => {
    const broker = await openReceiver(fault);
    const { code, out } = await held(broker.url, '--json');
    const { faults, strange, checks } = JSON.parse(out);
    const bad = checks.filter(({ isGood }: { isGood: boolean }) => !isGood).map(({ name }: { name: string }) => name);
    expect(bad).toEqual(FAULTS[fault]);
    expect(strange > 0).toBe(fault === 'answers with JSON');
    const isOptional = fault === 'takes a conflict for a repeat';
    expect(code).toBe(isOptional ? 0 : 1);
    expect(faults > 0).toBe(!isOptional);
  },
  60_000,
);

test('without anybody behind the broker it stops after the first check', async () => {
  const broker = await openReceiver();
  broker.answer = () => {};
  const { code, out } = await held(broker.url, '--lang', 'ja');
  expect(code).toBe(1);
  expect(out.split('\n').filter((line) => line.startsWith('誤り'))).toHaveLength(1);
}, 60_000);
