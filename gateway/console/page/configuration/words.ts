import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.configuration', {
  onlyTechnicians: {
    en: 'The configuration can be seen and changed by technicians. Sign in as one.',
    ja: '設定ファイルを表示、変更できるのは技術者のアカウントのみです。技術者のアカウントでサインインしてください。',
  },
  onTrial: {
    en: 'On trial until {time}: if the city OS is not reached with it, the version before comes back by itself.',
    ja: '{time}まで試行中です。都市OSとの通信が確認できない場合は、自動的に前の版へ戻ります。',
  },
  takenBack: {
    en: 'The change of {time} was taken back, since the city OS was not reached with it.',
    ja: '{time}の変更は、都市OSとの通信が確認できなかったため、元に戻しました。',
  },
  notStarted: {
    en: 'The change of {time} was taken back, since the gateway did not start with it.',
    ja: '{time}の変更は、ゲートウェイが起動できなかったため、元に戻しました。',
  },
  runs: { en: 'The gateway runs with this text.', ja: 'ゲートウェイはこの内容で稼働しています。' },
  runsNot: {
    en: 'The gateway does not run with this text yet: somebody has changed the file.',
    ja: 'ファイルが変更されていますが、ゲートウェイにはまだ反映されていません。',
  },
  text: { en: 'Text of the file', ja: 'ファイルの内容' },
  check: { en: 'Check', ja: '確認する' },
  takeUp: { en: 'Take it up', ja: '反映する' },
  startOver: { en: 'Undo my changes', ja: '編集を取り消す' },
  faults: {
    en: '{count} {count:thing is|things are} wrong; nothing has been changed',
    ja: '誤りが{count}件あります。まだ何も変更していません',
  },
  notes: { en: 'To be noted', ja: '注意点' },
  atLine: { en: 'Line {line}', ja: '{line}行目' },
  differs: { en: 'What will change', ja: '変更される行' },
  sameText: { en: 'Nothing would change.', ja: '変更される行はありません。' },
  gone: { en: 'goes', ja: '削除' },
  come: { en: 'comes', ja: '追加' },
  moreLines: { en: '…and {count} more lines', ja: '…ほか{count}行' },
  same: { en: 'The gateway runs with it already.', ja: 'すでにこの内容で稼働しています。' },
  applied: {
    en: 'Taken up. Started again: {parts}. Everything else ran on.',
    ja: '反映しました。再開したもの: {parts}。ほかは動作を続けています。',
  },
  appliedQuietly: { en: 'Taken up; everything ran on.', ja: '反映しました。すべて動作を続けています。' },
  restarts: {
    en: 'Taken up. The gateway restarts for it, which takes a few seconds.',
    ja: '反映しました。ゲートウェイを起動し直しています。数秒かかります。',
  },
  versions: { en: 'Earlier versions', ja: '以前の版' },
  noVersions: { en: 'There are none yet.', ja: 'まだありません。' },
  version: { en: 'Taken up at {time}', ja: '{time}に反映した版' },
  showVersion: { en: 'Put it into the text above', ja: '上の欄に表示する' },
  shown: {
    en: 'The text above is that version. Check it to see what differs.',
    ja: '上の欄にこの版を表示しました。「確認する」で違いを確かめてください。',
  },
});
