/** A rig's outcome as JUnit's XML and as JSON, for whoever collects test results. */
import { load } from 'cheerio';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { junitOf, type RigOutcome } from '../../../gateway/rig/report.ts';

const OUTCOME: RigOutcome = {
  rig: 'river <&> "bridge"',
  seed: 1,
  ok: false,
  seconds: 60,
  expectations: [
    { ok: true, expected: 'everything sent is stored, and once', measured: '10 sent, 10 stored' },
    { ok: false, expected: 'alarm within 3 s of "gauge.level > 2"', measured: 'never', hint: 'Look at <status> & log' },
  ],
  devices: [],
  stored: {},
  said: {},
  events: [],
};

/** XML 1.0 §2.2. */
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function suite(xml: string) {
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuite /);
  expect(xml).not.toMatch(ILLEGAL);
  // Whatever is not part of a tag is escaped.
  expect(xml.replaceAll(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>|<\?xml[^?]*\?>/g, '')).not.toMatch(/[<>]/);
  expect(xml).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
  return load(xml, { xml: true });
}

test('each expectation is a test case, and what failed says what was measured and where to look', () => {
  const $ = suite(junitOf(OUTCOME));
  expect($('testsuite').attr()).toEqual({ name: OUTCOME.rig, tests: '2', failures: '1', time: '60' });
  expect(
    $('testcase')
      .map((_, each) => $(each).attr('name'))
      .get(),
  ).toEqual(OUTCOME.expectations.map(({ expected }) => expected));
  expect($('system-out').text()).toBe('10 sent, 10 stored');
  expect($('failure').attr('message')).toBe('never');
  expect($('failure').text()).toBe('never. Look at <status> & log');
});

test('without expectations it is an empty suite', () => {
  const $ = suite(junitOf({ ...OUTCOME, ok: true, expectations: [] }));
  expect($('testsuite').attr()).toMatchObject({ tests: '0', failures: '0' });
});

test('whatever somebody answered, it stays XML', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(text, text, text, fc.boolean(), (expected, measured, hint, ok) => {
      const $ = suite(junitOf({ ...OUTCOME, expectations: [{ ok, expected, measured, hint }] }));
      expect($('testcase')).toHaveLength(1);
      expect($('failure')).toHaveLength(ok ? 0 : 1);
    }),
  );
  for (const nasty of [']]>', '<!--', '\u0000', '\u001b[31m', '\ufffe\uffff', '\ud800', '&amp;', 'é„…日本語 🛰']) {
    suite(junitOf({ ...OUTCOME, expectations: [{ ok: false, expected: nasty, measured: nasty }] }));
  }
});
