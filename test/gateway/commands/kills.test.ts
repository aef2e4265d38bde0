/** A gateway that is killed at any step of an order does it at most once, and what it then says of it is true. */
import { beforeAll, expect, test } from 'vitest';
import type { Acted } from '../../../gateway/commands/orders.ts';
import { decodeResult, type OrderResult } from '../../../shared/orders/result.ts';
import { answerOf, everything, OrdersRig, signOrder, type TestKey, testKey } from './orders-rig.ts';

let city: TestKey;
beforeAll(async () => {
  city = await testKey();
});

/** Stops for ever at the `at`th step, as a process does that is killed there. */
function killedAt(at: number) {
  let steps = 0;
  let isDead = false;
  let died = () => {};
  const death = new Promise<void>((resolve) => {
    died = resolve;
  });
  return {
    death,
    get isDead() {
      return isDead;
    },
    async step() {
      if (isDead || steps++ === at) {
        isDead = true;
        died();
        await new Promise(() => {});
      }
    },
  };
}

test('at every step', async () => {
  let kills = 0;
  for (let at = 0; ; at++) {
    const rig = new OrdersRig();
    const order = rig.order();
    const message = await signOrder(order, city.signer);
    const life = killedAt(at);
    const first = rig.start({ keys: [everything(city.publicKey)], step: life.step });
    let told: OrderResult | undefined;
    await first.take(message, (bytes) => {
      if (!life.isDead) told = decodeResult(bytes);
    });
    await Promise.race([life.death, first.idle()]);
    const didAct = rig.acted.length;
    const again = rig.start({ keys: [everything(city.publicKey)] });
    await again.idle();
    const result = await answerOf(again, message);
    const third = await answerOf(rig.start({ keys: [everything(city.publicKey)] }), message);
    expect(third, `step ${at}`).toEqual(result);
    const ends = rig.audited.filter(({ outcome }) => outcome !== 'begun').map(({ outcome }) => outcome);
    expect(ends, `step ${at}`).toEqual([result?.outcome]);
    if (told !== undefined) expect(result, `step ${at}`).toEqual(told);
    expect(rig.acted.length, `step ${at}`).toBeLessThanOrEqual(1);
    if (result?.outcome === 'done') expect(rig.acted.length, `step ${at}`).toBe(1);
    else expect(result, `step ${at}`).toMatchObject({ outcome: 'interrupted' });
    if (didAct === 1 && result?.outcome === 'interrupted') expect(rig.acted).toHaveLength(1);
    if (!life.isDead) break;
    kills++;
  }
  expect(kills).toBe(8);
});

test('what comes after an order that ends the gateway is left to the next start', async () => {
  const rig = new OrdersRig();
  const keys = [everything(city.publicKey)];
  const ending: string[] = [];
  const act = {
    run: async ({ id }: { readonly id: string }) => {
      ending.push(id);
      return undefined;
    },
    resume: async (): Promise<Acted> => ({ outcome: 'done' }),
  };
  const [first, second] = [rig.order(), rig.order()];
  const messages = [await signOrder(first, city.signer), await signOrder(second, city.signer)] as const;
  const orders = rig.start({ keys, act });
  for (const message of messages) await orders.take(message, () => {});
  await orders.idle();
  expect(ending).toEqual([first.id]);
  expect(orders.taken().map(([id]) => id)).toEqual([first.id]);
  await orders.stop();
  const again = rig.start({ keys });
  expect(await answerOf(again, messages[1])).toMatchObject({ outcome: 'done' });
  expect(rig.acted).toEqual([second.id]);
});

test('an act that knows says how it ended, and one that ends the gateway is done once it has come back', async () => {
  const rig = new OrdersRig();
  const order = rig.order();
  const message = await signOrder(order, city.signer);
  const act = {
    mark: () => 'epoch-1',
    run: async () => undefined,
    resume: async ({ mark = '' }): Promise<Acted> => ({ outcome: 'done', details: { mark } }),
  };
  const first = rig.start({ keys: [everything(city.publicKey)], act });
  expect(await answerOf(first, message)).toBeUndefined();
  await first.stop();
  const again = rig.start({ keys: [everything(city.publicKey)], act });
  expect(await answerOf(again, message)).toMatchObject({ outcome: 'done', details: { mark: 'epoch-1' } });
});
