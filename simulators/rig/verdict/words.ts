import { sentences } from '../../../shared/text.ts';

export const say = sentences('rig.verdict', {
  storedOnce: { en: 'everything sent is stored, and once', ja: '送信分がすべて1回だけ保存される' },
  storedOnceBetween: {
    en: 'everything sent from second {from} to {to} is stored, and once',
    ja: '{from}秒から{to}秒までの送信分がすべて1回だけ保存される',
  },
  counts: {
    en: '{sent} sent, {stored} stored, {twice} twice, {missing} {missing:batch|batches} missing',
    ja: '送信 {sent}、保存 {stored}、重複 {twice}、欠番バッチ {missing}',
  },
  countsRefused: {
    en: '{sent} sent, {stored} stored, {refused} refused, {twice} twice, {missing} {missing:batch|batches} missing',
    ja: '送信 {sent}、保存 {stored}、拒否 {refused}、重複 {twice}、欠番バッチ {missing}',
  },
  withAlike: {
    en: '{counts} ({alike} alike at the same moment, as when a busy gateway reads two equal frames at once)',
    ja: '{counts}（同時刻・同内容 {alike}件。ゲートウェイが同じ値の2フレームをまとめて読むと起こります）',
  },
  deviceCounts: { en: '{device}: {sent} sent, {stored} stored', ja: '{device}: 送信 {sent}、保存 {stored}' },
  differ: { en: 'They differ: {devices}', ja: '食い違い: {devices}' },
  nothingSent: {
    en: 'Nothing was sent whole: did the gateway open the wires?',
    ja: '正常に送信されたものがありません。ゲートウェイは回線を開いていますか',
  },
  alarmWithin: {
    en: 'alarm {alarm} of {device} within {seconds} s of "{when}"',
    ja: '"{when}" から{seconds}秒以内に {device} の警報 {alarm}',
  },
  silentWithin: {
    en: '{device} is named within {seconds} s of falling silent',
    ja: '{device} の途絶を{seconds}秒以内に通知',
  },
  neverHeld: { en: '"{when}" never held', ja: '"{when}" は一度も成り立ちませんでした' },
  checkCondition: {
    en: 'Let the rig run longer, or change what is sensed',
    ja: 'リグの実行時間を延ばすか、感知する値を変えてください',
  },
  neverSilent: { en: '{device} never fell silent', ja: '{device} は一度も途絶えませんでした' },
  makeSilent: {
    en: 'Give it the fault silence or unplug in the timeline',
    ja: 'timeline で障害 silence または unplug を起こしてください',
  },
  notRaised: { en: 'never', ja: '発報なし' },
  checkThreshold: {
    en: "Look at the device's thresholds and at machimori status",
    ja: '機器のしきい値と machimori status を確認してください',
  },
  raisedAfter: { en: 'after {seconds} s', ja: '{seconds}秒後' },
  latencyWithin: {
    en: '{percentile} % stored within {seconds} s of being observed',
    ja: '{percentile}%が観測から{seconds}秒以内に保存される',
  },
  latencyWas: {
    en: '{percentile} % within {seconds} s, {count} {count:reading|readings}',
    ja: '{percentile}%が{seconds}秒以内（全{count}件）',
  },
  nothingStored: { en: 'nothing was stored', ja: '保存されたものがありません' },
  checkDestination: {
    en: "Look at the gateway's destination and at machimori status",
    ja: 'ゲートウェイの送信先と machimori status を確認してください',
  },
  qualityExpected: { en: '{device} is stored as {quality}', ja: '{device} が品質 {quality} で保存される' },
  qualityWas: { en: '{marked} so marked, {others} not', ja: '該当 {marked}件、非該当 {others}件' },
  checkDoubts: {
    en: 'Look at the limits that the device has at the gateway',
    ja: 'ゲートウェイ側の機器の範囲設定を確認してください',
  },
  valueExpected: {
    en: '{quantity} of {device} is what was sensed, within {tolerance}',
    ja: '{device} の {quantity} が感知した値と一致する（誤差 {tolerance} 以内）',
  },
  valueWas: {
    en: '{count} looked at, {wrong} wrong, {worst} off at most',
    ja: '確認 {count}件、不一致 {wrong}件、最大の差 {worst}',
  },
  answerExpected: { en: '{of} answers {what}', ja: '{of} の回答が {what}' },
  answerWas: { en: 'it answered {answer}', ja: '回答: {answer}' },
  noAnswer: { en: 'no answer ({why})', ja: '回答なし（{why}）' },
  askByHand: { en: 'Ask it by hand', ja: '手動で問い合わせてみてください' },
  couldNotLook: { en: 'it can be looked at', ja: '確認できること' },
});
