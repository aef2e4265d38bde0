import { sentences } from '../../shared/text.ts';

export const say = sentences('net', {
  stopped: { en: 'stopped', ja: '停止しました' },
  unreadable: { en: 'the file cannot be read ({why})', ja: 'ファイルを読めません（{why}）' },
  checkReadable: {
    en: "Check the path and that the gateway's user may read it",
    ja: 'パスと、ゲートウェイのユーザーに読み取り権限があることを確認してください',
  },
  notEnrolment: { en: 'the file is not an enrolment ({why})', ja: '登録ファイルではありません（{why}）' },
  laterEnrolment: {
    en: 'the enrolment is of a later version of Machimori (format {format})',
    ja: 'この登録ファイルは、より新しいバージョンのものです（形式{format}）',
  },
  updateFirst: {
    en: 'Install that version on this machine first',
    ja: '先に、この機器に新しいバージョンをインストールしてください',
  },
  enrolAgain: {
    en: 'Copy the file again that the hub has made (machimori gateway enrol)',
    ja: 'ハブで作成したファイルをもう一度コピーしてください（machimori gateway enrol）',
  },
  fileMissing: { en: 'the file {file} does not exist', ja: 'ファイル {file} がありません' },
  checkPath: {
    en: 'Check the path; it is relative to this configuration',
    ja: 'パスを確認してください（この設定ファイルからの相対パスです）',
  },
  fileIsFolder: { en: '{file} is a folder', ja: '{file} はフォルダーです' },
  nameFile: { en: 'Name the file in it', ja: 'その中のファイルを指定してください' },
  notCertificate: { en: '{file} holds no certificate in PEM', ja: '{file} はPEM形式の証明書ではありません' },
  notPrivateKey: {
    en: '{file} holds no private key in PEM, or one with a passphrase',
    ja: '{file} はPEM形式の秘密鍵ではないか、パスフレーズが付いています',
  },
  copyPem: {
    en: 'It begins with -----BEGIN …; of a .der or .p12 file, openssl makes one',
    ja: '-----BEGIN … で始まるファイルです。.der や .p12 は openssl で変換してください',
  },
  authorityWithoutTls: {
    en: 'ca-file does nothing with {url}: the connection is not encrypted',
    ja: '{url} では ca-file は働きません（接続は暗号化されません）',
  },
  useTlsOrRemove: { en: 'Write mqtts://, or remove ca-file', ja: 'mqtts:// と書くか、ca-file を削除してください' },
  fileEmpty: { en: 'the file {file} is empty', ja: 'ファイル {file} が空です' },
  emptySecret: { en: 'the file is empty', ja: 'ファイルが空です' },
  writeSecret: {
    en: 'Write the password or token into it: without one, anybody could connect',
    ja: 'パスワードまたはトークンを書いてください。空のままでは誰でも接続できてしまいます',
  },
  worldReadable: { en: 'every user may read {file}', ja: '{file} をどのユーザーでも読めます' },
  chmod: { en: 'Run: chmod 600 {file}', ja: '次を実行してください: chmod 600 {file}' },

  // Settings of connections
  username: { en: 'User name.', ja: 'ユーザー名。' },
  passwordFile: {
    en: 'File with the password; readable by the gateway alone.',
    ja: 'パスワードを書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  clientCert: {
    en: 'Client certificate (PEM), if the broker asks for one.',
    ja: 'クライアント証明書（PEM）。ブローカーが要求する場合に指定します。',
  },
  clientKey: {
    en: 'Key of the client certificate (PEM); readable by the gateway alone.',
    ja: 'クライアント証明書の秘密鍵（PEM）。ゲートウェイだけが読めるようにします。',
  },
  publicCa: {
    en: "Certificate authority (PEM), if the broker's is not a public one.",
    ja: 'ブローカーの証明書が公的認証局のものでない場合の認証局証明書（PEM）。',
  },
  halfCertificate: {
    en: 'a client certificate needs both cert-file and key-file',
    ja: 'クライアント証明書には cert-file と key-file の両方が必要です',
  },
  addressLost: { en: 'the address is no longer listened on', ja: '待ち受けが終了しました' },
  unknownCaller: {
    en: 'a caller from {from} did not say its identification, but (hex) {hex}',
    ja: '{from} からの接続の先頭が identification と一致しません（16進: {hex}）',
  },
  addMissing: { en: 'Add the one that is missing', ja: '足りない方を追加してください' },

  brokerAbsent: { en: 'the broker cannot be reached ({why})', ja: 'ブローカーに到達できません（{why}）' },
  packetTooLarge: { en: 'the message is larger than the broker takes', ja: 'ブローカーの上限より大きいメッセージです' },
  brokerRefused: {
    en: 'the broker did not accept the connection ({why})',
    ja: 'ブローカーが接続を受け付けませんでした（{why}）',
  },
  takenOver: {
    en: 'another client of the same name took the session over',
    ja: '同じ名前の別のクライアントがセッションを引き継ぎました',
  },
  brokerClosed: { en: 'the broker closed the connection', ja: 'ブローカーが接続を切りました' },
  vanished: { en: 'the other side no longer answers ({why})', ja: '相手が応答しなくなりました（{why}）' },
  noAnswer: { en: 'no answer to the connection request', ja: '接続要求に応答がありません' },
  noAnswerWithin: { en: 'no answer within {seconds} s', ja: '{seconds} 秒以内に応答がありません' },
  answerTooLong: { en: 'the answer is longer than {max} bytes', ja: '応答が {max} バイトを超えています' },
  noGreeting: {
    en: 'it accepted the connection but did not answer',
    ja: '接続は受け付けられましたが、応答がありません',
  },
  connectionLost: { en: 'the connection was lost: {why}', ja: '接続が切れました（{why}）' },
  closed: { en: 'closed', ja: '切断しました' },
  subscriptionRefused: {
    en: 'the broker does not allow a subscription to {filter}',
    ja: 'ブローカーが {filter} の購読を許可していません',
  },
  checkLogin: {
    en: 'Check username and password-file, or whether the enrolment was renewed or revoked at the hub, and that the broker lets this gateway in',
    ja: 'username と password-file（登録ファイルの場合は、ハブで更新または取り消されていないか）、およびブローカーがこのゲートウェイの接続を許可しているかを確認してください',
  },
  checkClientName: {
    en: 'Check that the broker allows the client name of this gateway',
    ja: 'ブローカーがこのゲートウェイのクライアント名を許可しているか確認してください',
  },
  setProtocol: {
    en: 'Set protocol to the MQTT version that the broker speaks: "3.1.1" or "5"',
    ja: 'protocol をブローカーのMQTTバージョン（"3.1.1" または "5"）に合わせてください',
  },
  allowSubscription: {
    en: "Allow this gateway to read that topic in the broker's access control list",
    ja: 'ブローカーのアクセス制御リストで、このゲートウェイにそのトピックの読み取りを許可してください',
  },
  checkDates: {
    en: "Check this machine's clock and the dates of the broker's certificate",
    ja: 'この機器の時計と、ブローカーの証明書の有効期間を確認してください',
  },
  matchHostName: {
    en: "Write the host name in url exactly as in the broker's certificate",
    ja: 'url のホスト名を、ブローカーの証明書に書かれているとおりにしてください',
  },
  nameAuthority: {
    en: "Name the certificate authority of the broker's certificate with ca-file",
    ja: 'ブローカーの証明書の認証局を ca-file で指定してください',
  },
  checkHostName: {
    en: "Check the host name in url, and this machine's DNS settings",
    ja: 'url のホスト名と、この機器のDNS設定を確認してください',
  },
  checkHostAndPort: {
    en: 'Check host and port in url, and that the broker runs',
    ja: 'url のホストとポート、およびブローカーが動作しているかを確認してください',
  },
  checkNetwork: {
    en: 'Check the network, the firewall, and that a broker listens on that port',
    ja: 'ネットワークとファイアウォール、およびそのポートでブローカーが待ち受けているかを確認してください',
  },
  checkScheme: {
    en: "Check that the port is an MQTT broker's and goes with mqtt:// or mqtts://, and look into the broker's log",
    ja: 'MQTTブローカーのポートか、mqtt:// と mqtts:// の別が合っているかを確認し、ブローカーのログも見てください',
  },
  checkNatsServers: {
    en: 'Check hosts and ports in url, that a NATS server runs there, and its log. tls:// is for servers with TLS',
    ja: 'url のホストとポート、NATSサーバーが動作しているか、そのログを確認してください。TLSを使うサーバーには tls:// と書きます',
  },
  checkBroker: {
    en: "Check the address, the network, the credentials and the broker's log",
    ja: 'アドレス、ネットワーク、認証情報、ブローカーのログを確認してください',
  },
});
