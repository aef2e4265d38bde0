import { sentences } from '../../../shared/text.ts';

/** command. */
export const say = sentences('cli.command', {
  command: {
    en: 'at a hub: order gateways and devices to do something',
    ja: 'ハブ: ゲートウェイや機器に命令する',
  },
  send: { en: 'give an order', ja: '命令を出す' },
  gateway: { en: 'its tenant and id: toyama/gateway-01', ja: 'テナントとid（toyama/gateway-01 など）' },
  action: { en: 'what is to be done', ja: '操作の名前' },
  optionDevice: { en: 'the device that is to do it', ja: '対象の機器のid' },
  optionArgument: {
    en: 'an argument: level=debug; text=@file reads a file',
    ja: '引数（level=debug、text=@ファイル名 など）',
  },
  optionExpires: {
    en: 'how long it counts, 7d at most (default: by action)',
    ja: '有効期間（最長7d。既定値は操作による）',
  },
  optionBy: { en: 'who orders it (default: the user)', ja: '命令する人（既定値: ユーザー名）' },
  optionKey: {
    en: "sign with this key (PEM), not with the hub's",
    ja: 'ハブの鍵ではなく、この鍵（PEM）で署名',
  },
  optionWait: { en: 'wait for the result', ja: '結果を待つ' },
  sendNote: {
    en: 'The order waits at the hub until the gateway is there, and is done once. What each action takes: docs/orders.md.',
    ja: '命令はゲートウェイが接続するまでハブで待ち、一度だけ実行されます。操作ごとの引数: docs/ja/orders.md',
  },
  sendExit: {
    en: 'With --wait the exit code is 0 if it was done, and 1 otherwise.',
    ja: '--wait の終了コードは、実行されれば0、それ以外は1です。',
  },
  list: { en: 'list orders and what became of them', ja: '命令と結果を一覧表示' },
  onlyOf: { en: 'only those to this gateway', ja: 'このゲートウェイへの命令だけ' },
  show: { en: 'show one order with its result', ja: '1つの命令と結果を表示' },
  id: { en: 'id of the order', ja: '命令のid' },
  key: { en: 'print the public key that signs orders here', ja: '命令に署名する公開鍵を表示' },
  optionKeyFile: { en: 'of this key (PEM)', ja: 'この鍵（PEM）の公開鍵' },
  keyNote: {
    en: 'An enrolment has it already. At a gateway without one write it into its configuration: [orders], keys.',
    ja: '登録ファイルには含まれています。登録ファイルのないゲートウェイでは、設定の [orders] の keys に書いてください。',
  },
  ordered: {
    en: 'The order {id} waits for {gateway}. See: machimori command show <config.toml> {id}',
    ja: '命令 {id} を {gateway} 宛てに登録しました。確認: machimori command show <config.toml> {id}',
  },
  notOrder: { en: 'there is no order with this id', ja: 'このidの命令はありません' },
  listThem: { en: 'See: machimori command list', ja: '一覧: machimori command list' },
  writeId: {
    en: 'an id has 32 hexadecimal digits: {id}',
    ja: 'idは16進数32桁です: {id}',
  },
  writeArgument: { en: 'write an argument as name=value: {word}', ja: '引数は 名前=値 の形で書いてください: {word}' },
  writtenTwice: { en: 'the argument {name} is given twice', ja: '引数 {name} が2回指定されています' },
  badExpires: { en: '--expires must be 1s to 7d', ja: '--expires には1s〜7dを指定してください' },
  badBy: {
    en: '--by must be 1 to 120 characters on one line',
    ja: '--by は1行、1〜120文字で指定してください',
  },
  none: { en: 'No orders have been given.', ja: '命令はありません。' },
  idColumn: { en: 'ID', ja: '命令ID' },
  gatewayColumn: { en: 'GATEWAY', ja: 'ゲートウェイ' },
  actionColumn: { en: 'ACTION', ja: '操作' },
  deviceColumn: { en: 'DEVICE', ja: '機器' },
  byColumn: { en: 'BY', ja: '命令者' },
  issuedColumn: { en: 'ORDERED', ja: '命令日時' },
  stateColumn: { en: 'STATE', ja: '状態' },
  about: {
    en: '{action} at {gateway}, ordered by {by} at {at}, counts until {until}',
    ja: '{gateway} への {action}（{by}、{at} に命令、{until} まで有効）',
  },
  aboutDevice: {
    en: '{action} of {device} at {gateway}, ordered by {by} at {at}, counts until {until}',
    ja: '{gateway} の {device} への {action}（{by}、{at} に命令、{until} まで有効）',
  },
  because: { en: '{state}: {why}', ja: '{state}: {why}' },
  keptIn: {
    en: 'The support bundle: {file}. Read it with: zless {file}',
    ja: 'サポート情報: {file}（表示: zless {file}）',
  },
  noAnswer: {
    en: 'unanswered: whether it was done is not known. Look at the gateway before you order it again',
    ja: '応答なし: 実行されたかどうかは不明です。ゲートウェイを確認してから命令し直してください',
  },
});
