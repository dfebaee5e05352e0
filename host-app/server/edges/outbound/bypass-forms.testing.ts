/** Every spelling of loopback and of a metadata service that has been used to get around such guards. */
export const bypassForms = [
  '127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '017700000001', '127.000.000.001',
  '１２７.0.0.1', '127。0。0。1', 'ⓛocalhost', 'localhost', 'localhost.', 'LOCALHOST', 'app.localhost', 'a.b.localhost.', '0', '0.0.0.0',
  '[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]',
  '[2002:7f00:1::]', '[fe80::1]', '[fc00::1]', '[ff02::1]', '10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '169.254.169.254',
  '2852039166', '0xa9.0xfe.0xa9.0xfe', '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '224.0.0.1', '255.255.255.255',
] // prettier-ignore

/** Those that somebody can enter as a host, without the brackets of a URL. */
export const bypassHosts = bypassForms
  .filter((host) => /^[\x21-\x7e]+$/.test(host))
  .map((host) => host.replace(/^\[|\]$/g, ''))
