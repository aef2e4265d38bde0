import { sentences } from '../../shared/text.ts';

/** What is wrong with a change to a configuration file. */
export const say = sentences('config.edit', {
  theFile: { en: 'the configuration', ja: '設定ファイル' },
  noList: { en: 'there are no such tables', ja: 'このような表はありません' },
  lists: { en: 'What can be added: {known}', ja: '追加できるもの: {known}' },
  taken: { en: 'there is one already', ja: 'すでにあります' },
  useSet: { en: 'Change it with: machimori set', ja: '変更するには「machimori set」を使ってください' },
  notToml: { en: 'line {line} is no TOML', ja: '{line}行目がTOMLとして読めません' },
  mendFirst: { en: 'See what is wrong with: machimori check', ja: '「machimori check」で誤りを確認してください' },
  editFailed: {
    en: 'the change would not leave the rest of the file as it is',
    ja: 'この変更では、ファイルのほかの部分を元のまま残せません',
  },
  editByHand: { en: 'Write it into the file with an editor', ja: 'エディターで直接書き込んでください' },
  changedMeanwhile: {
    en: 'the file was changed by somebody else meanwhile',
    ja: '設定ファイルが、ほかの人によって変更されています',
  },
  lookAgain: {
    en: 'Read it again and make your change once more',
    ja: '読み込み直してから、もう一度変更してください',
  },
  identityChanged: {
    en: 'id, tenant or data-directory differ from those that the gateway runs with',
    ja: 'id、tenant、data-directory のいずれかが、稼働中のゲートウェイと異なります',
  },
  startAnew: {
    en: 'These change only with the process: systemctl restart machimori',
    ja: 'これらの変更には再起動が必要です: systemctl restart machimori',
  },
  noWayBack: {
    en: 'the configuration before it cannot be kept, so that there would be no way back to it',
    ja: '元の設定を保存できず、元に戻せなくなるため、変更しませんでした',
  },
  noOrders: {
    en: 'no key could order anything with it, not even to take it back',
    ja: 'この設定ではどの鍵でも命令できなくなり、元に戻す命令もできません',
  },
  keepOrderKey: {
    en: 'Leave a key in [orders], or the enrolment; the last one is taken out on the spot',
    ja: '[orders] の鍵か登録ファイルを残してください。最後の鍵は現地で外してください',
  },
  seeDisk: {
    en: 'See the disk of the gateway: machimori status',
    ja: '「machimori status」でゲートウェイのディスクを確認してください',
  },
  configFaulty: { en: 'line {line}: {what}', ja: '{line}行目: {what}' },
  noVersion: { en: 'there is no such version', ja: 'この版はありません' },
  noVersions: { en: 'The gateway has run with no other', ja: 'ゲートウェイがほかの版で稼働したことはありません' },
  versionsAre: { en: 'There are: {known}', ja: 'あるもの: {known}' },
  noneCalledSo: { en: 'nothing is called so', ja: 'この名前のものはありません' },
  addFirst: {
    en: 'There is none yet. Add one with: machimori add … {list}',
    ja: 'まだありません。「machimori add … {list}」で追加できます',
  },
  known: { en: 'There are: {known}', ja: 'あるもの: {known}' },
  noSetting: { en: 'this names no setting', ja: '設定項目の名前ではありません' },
  settingHint: {
    en: 'Name one like gateway.tenant or device.gauge-01.schedule; machimori config prints all',
    ja: 'gateway.tenant や device.gauge-01.schedule のように指定してください。「machimori config」で一覧を表示できます',
  },
  mustBeChange: {
    en: 'must say what is added, set or removed, with values that TOML can say',
    ja: 'には、追加・設定・削除のいずれかを、TOMLで表せる値で指定してください',
  },
  mustBeValue: {
    en: 'must be a text, a number, true or false, a list or a table',
    ja: 'は文字列、数値、真偽値、リスト、表のいずれかにしてください',
  },
  notTable: { en: '"{name}" holds no settings', ja: '「{name}」の中には設定項目がありません' },
  writeWhole: {
    en: 'Give its whole value, as in the file',
    ja: 'ファイルに書くとおりに、値全体を指定してください',
  },
  isNotSet: { en: 'it is not set', ja: '設定されていません' },
  seeFile: {
    en: 'Look into the file: the default applies already',
    ja: 'ファイルを確認してください。すでに既定値が使われています',
  },
});
