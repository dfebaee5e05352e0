/**
 * A page that means harm. `?open=` is opened as a window by the button, `?frame=` is framed; either then gets
 * `?post=` (JSON) as a message to `*` every 100 ms. What comes as a message is listed.
 */
const query = new URLSearchParams(location.search)
const victims = []

document.querySelector('#open').addEventListener('click', () => {
  const opened = window.open(query.get('open'), 'evil', 'width=600,height=700')
  if (opened) victims.push(opened)
})

if (query.has('frame')) {
  const frame = document.createElement('iframe')
  frame.src = query.get('frame')
  frame.title = 'Framed'
  document.body.append(frame)
  victims.push(frame.contentWindow)
}

if (window.opener) victims.push(window.opener)

if (query.has('post')) {
  const message = JSON.parse(query.get('post'))
  setInterval(() => victims.forEach((victim) => victim.postMessage(message, '*')), 100)
}

addEventListener('message', ({ origin, data }) => {
  const line = document.createElement('li')
  line.textContent = JSON.stringify({ origin, data })
  document.querySelector('#messages').append(line)
})
