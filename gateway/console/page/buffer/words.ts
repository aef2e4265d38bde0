import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.buffer', {
  gaps: { en: 'What will never come', ja: '届かない測定値（欠番）' },
  noGaps: {
    en: 'No gap waits to be reported. What was dropped, if anything was, the destinations know.',
    ja: '通知待ちの欠番はありません。破棄したものがあれば、送信先に通知済みです。',
  },
  gapsNote: {
    en: 'These numbers were dropped here. The destination has not acknowledged that yet; once it has, they leave this list.',
    ja: 'ここで破棄した番号です。送信先はまだ確認していません。確認が届くと、この一覧から消えます。',
  },
  destination: { en: 'Destination', ja: '送信先' },
  numbers: { en: 'Numbers', ja: '番号' },
  reason: { en: 'Reason', ja: '理由' },
  fromTo: { en: '{first} to {last}', ja: '{first}～{last}' },
  quota: { en: 'the buffer was full', ja: 'バッファーの上限' },
  diskFull: { en: 'the disk was full', ja: 'ディスクの空き不足' },
  damaged: { en: 'the disk damaged them', ja: 'ディスクで破損' },
  operator: { en: 'dropped by hand', ja: '手動で破棄' },
  expired: { en: 'kept as long as personal data may be', ja: '個人データの保存期限' },
  erased: { en: 'erased by hand', ja: '手動で消去' },
  diskShort: {
    en: 'The disk, not the quota, limits the buffer. Free room on it: machimori doctor',
    ja: '上限の設定より先に、ディスクの空きが足りなくなります。空きを増やしてください（machimori doctor）。',
  },
});
