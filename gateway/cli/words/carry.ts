import { sentences } from '../../../shared/text.ts';

/** export, import, settle, refused: what goes by hand, and what the city OS would not have. */
export const say = sentences('cli.carry', {
  export: {
    en: 'write what waits for the city OS to a file, to carry there by hand',
    ja: '送信待ちのデータを、持ち運び用のファイルに書き出す',
  },
  exportFile: { en: 'file to write', ja: '書き出すファイル' },
  exportForce: { en: 'replace the file if it exists', ja: '同名のファイルがあれば置き換える' },
  receiptsOverParcel: {
    en: '--receipts names the file that is imported. Give the receipts a file of their own',
    ja: '--receipts に取り込むファイル自身が指定されています。受領確認は別のファイルにしてください',
  },
  exportExists: {
    en: '{file} exists already. Name another file, or add --force to replace it',
    ja: '{file} はすでにあります。別の名前にするか、置き換える場合は --force を付けてください',
  },
  exportDestination: {
    en: 'destination to export; needed if several are configured',
    ja: '書き出す送信先（複数の送信先を設定している場合は必須）',
  },
  otherGateway: {
    en: 'of another gateway, whose buffer this was before its id was changed or its file moved here',
    ja: '別のゲートウェイの分（id変更前、または移してきたバッファのデータ）',
  },
  exportedDamaged: {
    en: 'The disk was damaged: what {numbers} {numbers:batch|batches} held may be lost. The file tells the city OS so.',
    ja: 'ディスクの破損により、バッチ{numbers}件の内容が失われた可能性があります。都市OSへの通知もファイルに含まれています。',
  },
  exportKeeps: {
    en: 'Nothing leaves the buffer. Batches also go by network when it returns, and the city OS stores each of them once. A gateway without any network gets its receipts back by hand: machimori import --receipts, then machimori settle.',
    ja: 'バッファからは何も消えません。回線が復旧すれば同じデータがネットワークでも届きますが、都市OSは一度だけ保存します。回線がまったくないゲートウェイには、受領確認をファイルで持ち帰ります（machimori import --receipts、続いて machimori settle）。',
  },
  nothingWaits: {
    en: 'Nothing waits for {destination}; no file was written.',
    ja: '{destination} への送信待ちデータはありません。ファイルは作成していません。',
  },
  exported: {
    en: '{file}: {messages} {messages:message|messages} for {destination}, {size}.',
    ja: '{file}: {destination} 宛ての{messages}件（{size}）を書き出しました。',
  },
  unmount: {
    en: 'Unmount the stick before you pull it.',
    ja: 'USBメモリーは、取り外し操作をしてから抜いてください。',
  },
  exporting: { en: '{messages} {messages:message|messages}, {size}', ja: '{messages}件、{size}' },
  noDestination: {
    en: 'No destination is configured: name a former one with --destination',
    ja: '送信先が設定されていません。以前の送信先を --destination で指定してください',
  },
  chooseDestination: {
    en: 'Choose with --destination: {known}',
    ja: '--destination で送信先を選んでください: {known}',
  },

  import: {
    en: 'deliver a file of machimori export to the city OS, as the gateway would have',
    ja: 'machimori export のファイルを、ゲートウェイに代わって都市OSへ渡す',
  },
  importFile: { en: 'file of machimori export', ja: 'machimori export のファイル' },
  importUrl: {
    en: 'broker of the city OS: mqtt://host:1883 or mqtts://host:8883',
    ja: '都市OSのブローカー: mqtt://host:1883 または mqtts://host:8883',
  },
  importReceipts: {
    en: 'write the receipts here, for a gateway without a network: machimori settle',
    ja: '受領確認の書き出し先（回線のないゲートウェイ用。machimori settle で取り込む）',
  },
  importTimeout: {
    en: 'send a message again if no receipt comes within this time, three times',
    ja: 'この時間内に受領確認がなければ再送（3回まで）',
  },
  importWindow: { en: 'messages in flight at once', ja: '同時に送信する件数の上限' },
  importAgain: {
    en: 'It may be run again: the city OS stores every batch once, whichever way and however often it comes.',
    ja: '何度実行してもかまいません。どの経路で何度届いても、都市OSは各バッチを一度だけ保存します。',
  },
  importExit: {
    en: 'Exit code 1: the file was cut short or damaged, or something got no receipt. Everything else was delivered.',
    ja: '終了コード 1: ファイルが途中で切れているか破損している、または受領確認のないデータがあります。それ以外は届いています。',
  },
  noUrl: {
    en: '--url must name the broker of the city OS, such as mqtt://host:1883',
    ja: '--url に都市OSのブローカーを指定してください（例: mqtt://host:1883）',
  },
  parcelOf: {
    en: '{file}: from gateway {gateway} ({tenant}), written {at}',
    ja: '{file}: ゲートウェイ {gateway}（{tenant}）のデータ、作成 {at}',
  },
  notOurs: {
    en: 'this is not a file of machimori export, but {kind}',
    ja: 'machimori export のファイルではありません（{kind}）',
  },
  notReceipts: {
    en: 'this is not a file of machimori import --receipts, but {kind}',
    ja: 'machimori import --receipts のファイルではありません（{kind}）',
  },
  giveExport: {
    en: 'Give the file that machimori export wrote',
    ja: 'machimori export が書き出したファイルを指定してください',
  },
  giveReceipts: {
    en: 'Give the file that machimori import --receipts wrote',
    ja: 'machimori import --receipts が書き出したファイルを指定してください',
  },
  kindReceipts: { en: 'a file of receipts', ja: '受領確認のファイルです' },
  kindExport: { en: 'a file of batches', ja: 'バッチのファイルです' },
  kindEmpty: { en: 'an empty file', ja: '空のファイルです' },
  kindFolder: { en: 'a folder', ja: 'フォルダーです' },
  kindDatabase: { en: 'a buffer file or another SQLite database', ja: 'バッファファイルなどのSQLiteデータベースです' },
  kindCompressed: { en: 'a compressed file', ja: '圧縮ファイルです' },
  kindConfig: { en: 'a configuration', ja: '設定ファイルです' },
  kindJson: { en: 'JSON', ja: 'JSONです' },
  kindText: { en: 'text', ja: 'テキストです' },
  kindUnknown: { en: 'something else', ja: '別の種類のファイルです' },
  importing: {
    en: '{messages} {messages:message|messages}, {readings} {readings:reading|readings}',
    ja: '{messages}件、測定値{readings}件',
  },
  receipted: {
    en: 'Receipts for {batches} {batches:batch|batches} and {gaps} {gaps:gap|gaps}; {readings} {readings:reading|readings} stored',
    ja: '受領確認: バッチ{batches}件、欠番{gaps}件。保存された測定値: {readings}件',
  },
  refusedBecause: {
    en: 'Refused: {readings} {readings:reading|readings} ({reason})',
    ja: '拒否: 測定値{readings}件（{reason}）',
  },
  damaged: {
    en: 'Damaged and not sent: {messages} {messages:message|messages}',
    ja: '破損のため未送信: {messages}件',
  },
  unanswered: {
    en: 'Without a receipt: {messages} {messages:message|messages} ({why})',
    ja: '受領確認なし: {messages}件（{why}）',
  },
  brokenOff: { en: 'Broken off: {why}', ja: '中断: {why}' },
  allArrived: { en: 'All of it has arrived.', ja: 'すべて届きました。' },
  notAllArrived: {
    en: 'Not all of it has arrived; what has, stays. Run it again.',
    ja: '一部が届いていません。届いた分はそのまま残ります。もう一度実行してください。',
  },

  settle: {
    en: 'take receipts that came by hand: what the city OS has stored leaves the buffer',
    ja: '持ち帰った受領確認を取り込み、都市OSが保存したデータをバッファから消す',
  },
  settleFile: { en: 'file of machimori import --receipts', ja: 'machimori import --receipts のファイル' },
  settleAgain: {
    en: 'The file may be given more than once; what is settled stays settled.',
    ja: '同じファイルを何度取り込んでもかまいません。',
  },
  settleExit: {
    en: 'Exit code 1: it was cut short or damaged, or holds receipts that are not for this buffer. All others were taken.',
    ja: '終了コード 1: ファイルが途中で切れているか破損している、またはこのバッファのものでない受領確認があります。それ以外は取り込みました。',
  },
  settled: {
    en: '{settled} {settled:batch or gap is|batches and gaps are} settled, {gone} had left before.',
    ja: '{settled}件を受領済みとしました。{gone}件はすでに処理済みでした。',
  },
  settling: { en: '{settled} settled', ja: '{settled}件処理済み' },
  formerBuffer: {
    en: '{count} {count:receipt is|receipts are} for a former buffer.',
    ja: '{count}件は以前のバッファの受領確認です。',
  },
  unusable: {
    en: '{count} {count:item is damaged or not a receipt|items are damaged or not receipts}.',
    ja: '{count}件は破損しているか、受領確認ではありません。',
  },
  foreignParcel: {
    en: 'it is for gateway {gateway} of {tenant}, not for {own} of {ownTenant}',
    ja: 'ゲートウェイ {gateway}（{tenant}）宛てのもので、{own}（{ownTenant}）宛てではありません',
  },
  foreignParcelHint: {
    en: 'Take the file of this gateway, or the configuration of that one',
    ja: 'このゲートウェイのファイルか、そのゲートウェイの設定を指定してください',
  },
  checkStick: {
    en: 'Check the path, that this user may read it, and that the stick is still plugged in',
    ja: 'パスと読み取り権限、USBメモリーが差し込まれていることを確認してください',
  },

  refused: {
    en: 'readings that the city OS refused: list them, send them again, or drop them',
    ja: '都市OSが拒否した測定値の一覧・再送・破棄',
  },
  refusedList: {
    en: 'list the refused readings with the reason that the city OS gave',
    ja: '拒否された測定値の一覧を、都市OSが示した理由とともに表示',
  },
  refusedRetry: {
    en: 'send refused readings again, once the city OS will take them',
    ja: '拒否された測定値を再送（都市OS側で原因を解消してから）',
  },
  refusedDrop: { en: 'delete refused readings', ja: '拒否された測定値を破棄' },
  refusedDestination: { en: 'only those of this destination', ja: 'この送信先のものだけ' },
  refusedIds: { en: 'only these numbers, as the list shows them', ja: '一覧に表示された番号のものだけ' },
  refusedAll: { en: 'all of them', ja: 'すべて' },
  refusedKept: {
    en: 'The newest 10,000 are kept.',
    ja: '新しいものから10,000件まで保存しています。',
  },
  refusedExit: {
    en: 'Exit code 1: something that was named could not be sent again or dropped.',
    ja: '終了コード 1: 指定した測定値のうち、再送または破棄できないものがありました。',
  },
  sayWhich: { en: 'Say which: --id n,… or --all', ja: '--id n,… または --all で対象を指定してください' },
  nothingRefused: { en: 'Nothing is refused.', ja: '拒否された測定値はありません。' },
  idColumn: { en: 'id', ja: '番号' },
  destinationColumn: { en: 'destination', ja: '送信先' },
  batchColumn: { en: 'batch', ja: 'バッチ' },
  reasonColumn: { en: 'reason', ja: '理由' },
  readingColumn: { en: 'reading', ja: '測定値' },
  damagedReading: { en: 'damaged', ja: '破損' },
  retried: {
    en: '{count} {count:reading is|readings are} sent again.',
    ja: '測定値{count}件を再送します。',
  },
  retryDamaged: {
    en: '{count} {count:stays|stay}: damaged on the disk. Drop {count:it|them}.',
    ja: '{count}件はディスク上で破損しているため再送できません。破棄してください。',
  },
  retryWithoutDestination: {
    en: '{count} {count:stays: its|stay: their} destination is no longer configured.',
    ja: '{count}件は送信先の設定がなくなったため再送できません。',
  },
  dropped: {
    en: '{count} {count:reading was|readings were} dropped.',
    ja: '測定値{count}件を破棄しました。',
  },
  notDone: {
    en: '{count} of the numbers could not be processed.',
    ja: '指定した番号のうち{count}件は処理できませんでした。',
  },
});
