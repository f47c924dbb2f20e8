package web

import (
	"log/slog"
	"net/http"
	"time"
)

// NewServer returns a server with every timeout set, so that no client can hold
// a connection for nothing: headers 10 s, the whole request 30 s, the answer
// 60 s, idle 2 min. They end at an upgrade: a web socket keeps its own.
func NewServer(address string, handler http.Handler, logger *slog.Logger) *http.Server {
	if logger == nil {
		logger = slog.Default()
	}
	return &http.Server{
		Addr:              address,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
