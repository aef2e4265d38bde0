import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explore } from './explore.ts';
import { RULES, type Rule, type Scenario } from './model.ts';

const feed = readFileSync(new URL('../../docs/feed.md', import.meta.url), 'utf8');
const followed = new Set<Rule>();

const careful = { keepsDigests: true, refuses: [] };

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'restarts, drops and refusals': { ...careful, left: { restart: 2, drop: 2 }, maxReadings: 3, refuses: [2] },
  'batches are split, and their parts': { ...careful, left: { split: 2, drop: 1, restart: 1 }, maxReadings: 1 },
  'an earlier file is put back, and batches are split': {
    ...careful,
    left: { save: 1, 'roll-back': 1, split: 2 },
    maxReadings: 1,
  },
  'a copied card, and both split their batches': { ...careful, left: { save: 1, clone: 1, split: 2 }, maxReadings: 1 },
  'a running machine is copied, and both split their batches': {
    ...careful,
    left: { save: 1, twin: 1, split: 1 },
    maxReadings: 1,
  },
  'an earlier file is put back, twice': {
    ...careful,
    left: { save: 2, 'roll-back': 2, drop: 1 },
    maxReadings: 2,
    refuses: [2],
  },
  'an earlier file is put back': { ...careful, left: { save: 1, 'roll-back': 1, restart: 1 }, maxReadings: 3 },
  'a copied card': { ...careful, left: { save: 1, clone: 1, drop: 1 }, maxReadings: 3 },
  'a copied card, and one of them is rolled back': {
    ...careful,
    left: { save: 1, clone: 1, 'roll-back': 1, drop: 1 },
    maxReadings: 2,
  },
  'a copied card, and a city OS that keeps no digests': {
    keepsDigests: false,
    left: { save: 1, clone: 1, 'roll-back': 1, drop: 1 },
    maxReadings: 2,
    refuses: [1],
  },
  'a running machine is set back': { ...careful, left: { save: 1, 'set-back': 1, restart: 1 }, maxReadings: 3 },
  'a running machine is copied': { ...careful, left: { save: 1, twin: 1 }, maxReadings: 3, refuses: [2] },
};

test.each(Object.entries(SCENARIOS))(
  '%s: no order of events breaks a promise',
  (_name, scenario) => {
    const { states, rules } = explore(scenario);
    for (const rule of rules) followed.add(rule);
    expect(states).toBeGreaterThan(1_000);
  },
  120_000,
);

test.each<[string, RegExp, Scenario]>([
  [
    'went on in its epoch after a roll-back',
    /promise 10/,
    { ...careful, beginsEpochs: false, left: { save: 1, 'roll-back': 1 }, maxReadings: 2 },
  ],
  [
    'went on in the epoch of its clone',
    /promise 10/,
    { ...careful, beginsEpochs: false, left: { save: 1, clone: 1 }, maxReadings: 2 },
  ],
  [
    'was set back, and the city OS told no conflict from a repeat',
    /promise 3/,
    { keepsDigests: false, refuses: [], left: { save: 1, 'set-back': 1 }, maxReadings: 2 },
  ],
  [
    'had a twin, and the city OS told no conflict from a repeat',
    /promise 3/,
    { keepsDigests: false, refuses: [], left: { save: 1, twin: 1 }, maxReadings: 2 },
  ],
  [
    'split a batch, and the city OS did not know parts',
    /promise 4/,
    { ...careful, knowsParts: false, left: { split: 1 }, maxReadings: 1 },
  ],
])('if a gateway %s, a promise would be broken', (_name, promise, scenario) => {
  expect(() => explore(scenario)).toThrow(promise);
});

test('every rule of the model is one of docs/feed.md, and was followed', () => {
  for (const words of Object.values(RULES)) expect(feed).toContain(words);
  expect([...followed].sort()).toEqual(Object.keys(RULES).sort());
});
