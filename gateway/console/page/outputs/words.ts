import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.outputs', {
  title: { en: 'Outputs', ja: '現地の出力' },
  lead: {
    en: 'Sirens, lamps and boards on the spot. They go on when an alarm is raised, also without the city OS.',
    ja: '現地のサイレン、警告灯、表示板です。都市OSにつながらなくても、警報が出ると動作します。',
  },
  none: { en: 'No output is configured.', ja: '出力が設定されていません。' },
  howToAdd: {
    en: 'Add an [[output]] to the configuration, with a line of its own: machimori config prints every setting.',
    ja: '設定ファイルに [[output]] と専用の回線を追加してください。設定項目は「machimori config」で確認できます。',
  },
  on: { en: 'on', ja: 'オン' },
  test: { en: 'on as a test', ja: '試験中' },
  silenced: { en: 'off, silenced', ja: 'オフ（停止中）' },
  off: { en: 'off', ja: 'オフ' },
  shouldBeOn: { en: 'should be on', ja: 'オンの指示' },
  shouldBeOff: { en: 'should be off', ja: 'オフの指示' },
  failing: { en: 'does not do it', ja: '動作せず' },
  shows: { en: 'Shows for the city: "{text}"', ja: '市の指示で表示中: 「{text}」' },
  because: { en: 'For the alarm {alarm} at {place}', ja: '{place}の警報「{alarm}」' },
  silencedNote: {
    en: 'An alarm stands that it is for. It was silenced, or its longest time is over; it goes on with the next alarm.',
    ja: '対象の警報が続いていますが、停止の指示があったか、動作時間の上限に達しました。次の警報が出ると再び動作します。',
  },
  failingNote: {
    en: 'It could not be told: {why}. It is tried again every 2 s.',
    ja: '出力に指示できません: {why}。2秒ごとに再試行しています。',
  },
  seconds: { en: 'Test for (s)', ja: '試験する時間（秒）' },
  startTest: { en: 'Test', ja: '試験する' },
  endTest: { en: 'End the test', ja: '試験を終える' },
  tested: { en: '{output} is on for {seconds} s.', ja: '{output} を{seconds}秒間オンにします。' },
  testEnded: { en: 'The test of {output} has ended.', ja: '{output} の試験を終えました。' },
  silence: { en: 'Silence', ja: '止める' },
  silenceTitle: { en: 'Silence {output}?', ja: '{output} を止めますか' },
  silenceNote: {
    en: 'It goes off although the alarm stands, and on again with the next alarm. The city OS still gets every alarm.',
    ja: '警報が続いていてもオフになり、次の警報が出ると再び動作します。都市OSへの警報は止まりません。',
  },
  leaveOn: { en: 'Leave it on', ja: '止めない' },
  silenceIt: { en: 'Silence it', ja: '止める' },
  isSilenced: {
    en: '{output} is silenced until a further alarm is raised.',
    ja: '{output} を止めました。新しい警報が出ると再び動作します。',
  },
  beware: {
    en: 'A test sounds the siren or lights the lamp for everybody there.',
    ja: '試験すると、現地で実際にサイレンや警告灯が動作します。',
  },
});
