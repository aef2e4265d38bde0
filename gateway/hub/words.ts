import { sentences } from '../../shared/text.ts';

export const say = sentences('hub', {
  gatewaysUnreadable: {
    en: 'the list of enrolled gateways cannot be read ({why}), so nobody may send',
    ja: '登録済みゲートウェイの一覧を読めないため（{why}）、どこからも受け取れません',
  },
  restoreGateways: {
    en: 'Put the newest copy back, or delete it, run machimori gateway accept, and enrol the gateways again',
    ja: '最新の控えから戻すか、削除して machimori gateway accept を実行し、ゲートウェイを登録し直してください',
  },
  tooManyGateways: {
    en: 'a hub takes {max} gateways, and so many are enrolled',
    ja: 'ハブに登録できるゲートウェイは{max}台までで、すでに達しています',
  },
  anotherHub: {
    en: 'Revoke those that are no longer there (machimori gateway list), or run another hub',
    ja: '使われていないものを取り消すか（machimori gateway list で確認）、別のハブを動かしてください',
  },
  notEnrolled: { en: 'no such gateway is enrolled', ja: 'そのゲートウェイは登録されていません' },
  listGateways: { en: 'See: machimori gateway list', ja: '一覧: machimori gateway list' },
  certificateEnded: { en: 'the certificate ended on {date}', ja: '証明書は{date}に期限切れになっています' },
  enrolAnother: {
    en: 'Enrol one that is still good, and check the clock',
    ja: '有効な証明書で登録してください。時計も確認してください',
  },
  operatorsUnreadable: {
    en: 'the list of operators cannot be read ({why}), so that no edge hears of it and tags are no longer reported once its last list is over',
    ja: '事業者の一覧を読めないため（{why}）、エッジに配布できません。最後の一覧の期限が切れると、タグは報告されなくなります',
  },
  restoreOperators: {
    en: 'Put the newest copy back, or delete it, run machimori operator accept, and take the operators up again',
    ja: '最新の控えから戻すか、削除して machimori operator accept を実行し、事業者を登録し直してください',
  },
  markUnreadable: {
    en: 'the mark of how this hub left its list cannot be read ({why})',
    ja: 'このハブが一覧をどう書いたかの記録を読めません（{why}）',
  },
  restoreMark: {
    en: 'Put a copy of it back. Without one, see that the list beside it is the newest, with nobody in it who was revoked, and delete the mark',
    ja: '控えから戻してください。控えがなければ、隣の一覧が最新で、取り消したものが入っていないことを確認し、この記録を削除してください',
  },
  andMore: { en: '{named} and {count} more', ja: '{named} ほか{count}件' },
  nobody: { en: 'nobody', ja: 'なし' },
  operatorsRestored: {
    en: 'it is not as this hub left it: an older copy was put back, it was edited, or it is gone. Counted if it is accepted: {has}. Revoked since, and left out: {out}',
    ja: 'このハブが最後に書いた内容と違います（古い控えが戻された、編集された、または消えています）。認めると有効になるもの: {has}。その後に取り消され、除かれるもの: {out}',
  },
  acceptOperators: {
    en: 'Put the newest one back, or take it as it is, without those left out: machimori operator accept. Until then no list is signed. Then see that nobody is missing, and that no public key is an old one',
    ja: '最新のものに戻すか、machimori operator accept で（除かれるもの以外を）そのまま使ってください。それまで一覧に署名しません。その後、足りない事業者や古い公開鍵がないか確認してください',
  },
  gatewaysRestored: {
    en: 'it is not as this hub left it: an older copy was put back, it was edited, or it is gone. {count} of its gateways may send; revoked since, and refused: {out}',
    ja: 'このハブが最後に書いた内容と違います（古い控えが戻された、編集された、または消えています）。送信できるゲートウェイ: {count}台。その後に取り消され、拒否するもの: {out}',
  },
  acceptGateways: {
    en: 'Put the newest one back, or take it as it is, without those refused: machimori gateway accept. Until then none can be enrolled or revoked. Those enrolled since are not in it: enrol them again',
    ja: '最新のものに戻すか、machimori gateway accept で（拒否するもの以外を）そのまま使ってください。それまで登録も取り消しもできません。その後に登録されたものは登録し直してください',
  },
  listKeyUnusable: {
    en: "the key that signs the operators' list cannot be used ({why})",
    ja: '事業者一覧に署名する鍵を使えません（{why}）',
  },
  restoreListKey: {
    en: 'Put a copy of it back. Without one, delete it, operators.json and operators-mark.json, take the operators up again, and enrol every gateway again: they trust the old key',
    ja: '控えから戻してください。控えがなければ、この鍵・operators.json・operators-mark.json を削除し、事業者とすべてのゲートウェイを登録し直してください（ゲートウェイは古い鍵を信頼しています）',
  },
  orderKeyUnusable: {
    en: 'the key that signs orders cannot be used ({why})',
    ja: '命令に署名する鍵を使えません（{why}）',
  },
  restoreOrderKey: {
    en: 'Put a copy of it back. Without one, move it away: a new one is made, and every gateway has to be enrolled again or given the new key',
    ja: '控えから戻してください。控えがなければ移動すると新しい鍵が作られます。その場合は、すべてのゲートウェイを登録し直すか、新しい鍵を設定してください',
  },
  useSigningKey: {
    en: 'It has to be a private key (Ed25519, PEM) that this user may read: openssl genpkey -algorithm ed25519',
    ja: 'このユーザーが読める秘密鍵（Ed25519、PEM）を指定してください: openssl genpkey -algorithm ed25519',
  },
  unusableKey: {
    en: 'nothing can be sealed to this public key: it is no key that anybody was given',
    ja: 'この公開鍵では暗号化できません。正しく作られた鍵ではありません',
  },
  makeKeys: {
    en: 'Ask the operator for the one that machimori operator keys prints',
    ja: '事業者に、machimori operator keys が表示する公開鍵を確認してください',
  },
  patternFits: { en: 'pattern {number} fits {strangers}', ja: 'パターン{number}は、{strangers}にも合います' },
  narrowPattern: {
    en: 'They would be sealed to this operator. Ask it for bytes that its own tags alone send (a match with four bytes or more of them, behind the first two); for tags that resolvable addresses tell apart, such a pattern with address = "resolvable"',
    ja: 'それらもこの事業者宛てに暗号化されてしまいます。自社のタグだけが送るバイト列（先頭2バイトの後ろに4バイト以上ある match）を事業者に確認してください。解決可能なアドレスで見分けるタグには、そのパターンに address = "resolvable" を付けます',
  },
  meanAllDevices: {
    en: 'They would be sealed to this operator. Ask it for a narrower pattern (a match with four bytes or more, behind the first two, that its own tags alone send); if there is none and the city answers for it: --all-devices',
    ja: 'それらもこの事業者宛てに暗号化されてしまいます。より狭いパターン（先頭2バイトの後ろに、自社のタグだけが送る4バイト以上がある match）を事業者に確認してください。ほかになく、市が責任を持つ場合は --all-devices を付けてください',
  },
  tooManyOperators: { en: 'a hub takes {max} operators', ja: 'ハブに登録できる事業者は{max}社までです' },
  listTooLarge: {
    en: "the operators' list would be larger than the {max} bytes that an edge takes",
    ja: '事業者一覧が、エッジの受け取れる{max}バイトを超えます',
  },
  revokeOne: {
    en: 'Revoke one that is no longer served, or name fewer patterns',
    ja: '使われていない事業者を取り消すか、パターンを減らしてください',
  },
  noOperator: { en: 'no such operator has been taken up', ja: 'その事業者は登録されていません' },
  listOperators: { en: 'See: machimori operator list', ja: '一覧: machimori operator list' },
  authorityUnusable: {
    en: "the hub's certificate authority cannot be used ({why})",
    ja: 'ハブの認証局を使えません（{why}）',
  },
  restoreAuthority: {
    en: 'Put a copy of the folder back. Without one, move it away: a new authority is made, and the server certificate and each gateway need a new one',
    ja: '控えからフォルダーを戻してください。控えがなければ別の場所に移すと、新しい認証局が作られます。その場合はサーバー証明書とすべてのゲートウェイの証明書を作り直してください',
  },
  checkAuthorityFolder: {
    en: 'Check that there is room on the disk, and that the user of the hub may write in the folder above it',
    ja: 'ディスクの空きと、1つ上のフォルダーにハブのユーザーが書き込めることを確認してください',
  },
  longName: {
    en: 'tenant and gateway have {length} characters, and the name in a certificate has room for {max}',
    ja: 'テナントとゲートウェイの名前が合わせて{length}文字あります。証明書の名前は{max}文字までです',
  },
  enrolWithPassword: {
    en: 'Enrol it with a password, without --certificate, or give it a shorter id',
    ja: '--certificate なしでパスワードで登録するか、短いidを付けてください',
  },
  notHost: {
    en: '"{name}" is neither a host name nor an address',
    ja: '"{name}" はホスト名でもIPアドレスでもありません',
  },
  writeHost: {
    en: 'Write it as gateways reach the hub, without scheme and port: hub.example.jp or 192.0.2.7',
    ja: 'ゲートウェイから見たハブの名前を、スキームとポートなしで書いてください: hub.example.jp または 192.0.2.7',
  },
});
