import { sentences } from '../../../../shared/text.ts';

/** A test reading, and what became of it. */
export const say = sentences('console-test', {
  testOf: { en: 'Test: {device}', ja: 'テスト: {device}' },
  lead: {
    en: 'A test reading goes the whole way: into the buffer of the box, to the city OS, and its receipt comes back. It is marked as a test.',
    ja: 'テストの測定値を、ボックスのバッファーから都市OSまで実際に送り、受領確認を待ちます。テストであることが記録されます。',
  },
  send: { en: 'Send a test reading', ja: 'テストを送る' },
  sendAnother: { en: 'Send another test', ja: 'もう一度テストを送る' },
  onItsWay: { en: 'On its way…', ja: '送信しています…' },
  nobodyTakes: {
    en: 'No destination takes a reading of kind "status" of this device, so nothing was sent. Look at kinds, devices and groups of the destinations.',
    ja: 'この機器の種別statusの測定値を受け取る送信先がないため、何も送っていません。送信先の kinds、devices、groups を確認してください。',
  },
  noDestinations: {
    en: 'No destination is configured, so nothing can be sent. Add one first.',
    ja: '送信先が設定されていないため、送れません。先に追加してください。',
  },
  othersTakeNone: {
    en: 'Not to {destinations}, by their settings.',
    ja: '設定により、{destinations} には送りません。',
  },
  kept: { en: 'On the disk of the box after {ms} ms.', ja: 'ボックスに保存しました（{ms}ミリ秒）。' },
  waiting: { en: 'Waits to be sent', ja: '送信待ち' },
  sent: {
    en: 'Sent after {ms} ms; waiting for the receipt',
    ja: '送信済み（{ms}ミリ秒）。受領確認を待っています',
  },
  stored: { en: 'Stored: the receipt came after {ms} ms', ja: '保存されました（受領確認まで{ms}ミリ秒）' },
  brokersWord: {
    en: 'The broker has it, after {ms} ms. Whether the city OS stored it is not known: the destination is set to acknowledge = "puback".',
    ja: 'ブローカーが受け取りました（{ms}ミリ秒）。都市OSに保存されたかは確認できません（acknowledge = "puback" の設定です）。',
  },
  refused: { en: 'Refused: {reason}', ja: '拒否されました: {reason}' },
  refusedHint: {
    en: 'It arrived and was not stored. Tell those who run the receiver the reason and the batch.',
    ja: '届きましたが、保存されませんでした。理由とバッチ番号を受信側の運用担当者に伝えてください。',
  },
  noReason: { en: 'no reason was given', ja: '理由は示されていません' },
  batch: { en: 'Batch {number}, epoch {epoch}', ja: 'バッチ {number}、エポック {epoch}' },
  stillConnected: {
    en: 'Connected, but no receipt for {seconds} s',
    ja: '接続中ですが、{seconds}秒間受領確認がありません',
  },
  notConnected: { en: 'Not connected for {seconds} s: {why}', ja: '{seconds}秒間未接続です: {why}' },
  cutShort: {
    en: 'The answer was cut short. The test itself goes on; its receipt will be on the site sheet.',
    ja: '応答が途中で切れました。テスト自体は続いており、受領確認は設置記録票に記載されます。',
  },
});
