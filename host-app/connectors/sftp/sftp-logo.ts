/** A folder and two arrows, of our own drawing: there is no mark of SFTP. */
const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-linejoin="round" stroke-linecap="round">' +
  '<path fill="#2f6f8f" d="M2 5.5A1.5 1.5 0 0 1 3.5 4h5.2l2.3 2.5h9.5A1.5 1.5 0 0 1 22 8v10.5a1.5 1.5 0 0 1-1.5 1.5h-17A1.5 1.5 0 0 1 2 18.5z"/>' +
  '<path stroke="#fff" stroke-width="1.6" d="M6.5 11.5h9m-2.5-2.300 2.5 2.300-2.5 2.300M17.5 16h-9m2.5-2.300L8.5 16l2.5 2.300"/></svg>'

export const sftpLogo = `data:image/svg+xml,${encodeURIComponent(drawing)}`
