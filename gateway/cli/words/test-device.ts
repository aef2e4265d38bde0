import { sentences } from '../../../shared/text.ts';

/** device test. */
export const say = sentences('cli.test-device', {
  noDestinations: {
    en: 'No destination is configured, so nothing can be sent.',
    ja: '送信先が設定されていないため、送れません。',
  },
  nobodyTakes: {
    en: 'No destination takes a reading of kind "status" of this device, so nothing was sent. Look at kinds, devices and groups of the destinations.',
    ja: 'この機器の種別statusの測定値を受け取る送信先がないため、何も送っていません。送信先の kinds、devices、groups を確認してください。',
  },
  othersTakeNone: {
    en: 'Not to {destinations}, by their settings.',
    ja: '設定により、{destinations} には送りません。',
  },
  kept: { en: 'On the disk after {ms} ms.', ja: 'ディスクに保存しました（{ms}ミリ秒）。' },
  sent: {
    en: '{destination}: sent in batch {number} after {ms} ms',
    ja: '{destination}: バッチ {number} で送信（{ms}ミリ秒）',
  },
  stored: {
    en: '{destination}: stored, the receipt came after {ms} ms',
    ja: '{destination}: 保存されました（受領確認まで{ms}ミリ秒）',
  },
  brokersWord: {
    en: '{destination}: the broker has it, after {ms} ms; whether it was stored is not known (acknowledge = "puback")',
    ja: '{destination}: ブローカーが受け取りました（{ms}ミリ秒）。保存されたかは確認できません（acknowledge = "puback"）',
  },
  refused: { en: '{destination}: refused: {reason}', ja: '{destination}: 拒否されました: {reason}' },
  noReason: { en: 'no reason is known', ja: '理由は不明です' },
  stillConnected: {
    en: '{destination}: connected, but no receipt for {seconds} s',
    ja: '{destination}: 接続中ですが、{seconds}秒間受領確認がありません',
  },
  notConnected: { en: '{destination}: not connected: {why}', ja: '{destination}: 未接続です: {why}' },
  none: { en: '{destination}: {what}', ja: '{destination}: {what}' },
});
