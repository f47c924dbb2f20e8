// Package mailbox keeps the mails of a development server instead of sending
// them, one JSON file each, and shows them in the browser.
//
//	box, err := mailbox.New("data/mailbox", mailbox.Options{})
//	box.Routes(router) // /dev/mailbox, /dev/mailbox.json
//
// A mail is there once [Mailbox.Send] has returned, also after the process was
// killed. Its links sign people in: never serve a mailbox to the public.
package mailbox
