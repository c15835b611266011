// Command verify reads one of our logs with Go's golang.org/x/mod/sumdb, which knows nothing of us:
// the checkpoint's signature, the root over every entry, consistency with an older checkpoint.
//
// usage: verify FOLDER VERIFIER-KEY [OLD-CHECKPOINT-FILE]
//
// FOLDER is a mirrored log: checkpoint, tile/..., tile/entries/...
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type head struct {
	origin string
	tree   tlog.Tree
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func open(path, vkey string) head {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		fail("verifier key: %v", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		fail("checkpoint %s: %v", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		fail("checkpoint %s: not for %s", path, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("checkpoint size: %v", err)
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		fail("checkpoint root: %v", err)
	}
	return head{lines[0], tlog.Tree{N: size, Hash: hash}}
}

// tiles serves hashes from the mirrored folder to sumdb's own tile reader.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		// sumdb names the height first; C2SP tlog-tiles fixes it at 8 and leaves it out.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// entries walks the bundles, 256 entries each, every entry prefixed with its 16-bit length.
func entries(folder string, size int64, visit func(index int64, data []byte)) {
	for index := int64(0); index < size; {
		width := size - index
		name := tlog.Tile{H: 8, L: 0, N: index / 256, W: 256}.Path()
		if width < 256 {
			name = tlog.Tile{H: 8, L: 0, N: index / 256, W: int(width)}.Path()
		}
		name = strings.Replace(name, "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			fail("%v", err)
		}
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			visit(index, bundle[2:2+length])
			bundle = bundle[2+length:]
			index++
		}
	}
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: verify FOLDER VERIFIER-KEY [OLD-CHECKPOINT-FILE]")
	}
	folder, vkey := os.Args[1], os.Args[2]
	now := open(filepath.Join(folder, "checkpoint"), vkey)
	reader := tlog.TileHashReader(now.tree, tiles{folder})

	var stored []tlog.Hash
	lookup := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	count := int64(0)
	entries(folder, now.tree.N, func(index int64, data []byte) {
		hashes, err := tlog.StoredHashesForRecordHash(index, tlog.RecordHash(data), lookup)
		if err != nil {
			fail("entry %d: %v", index, err)
		}
		stored = append(stored, hashes...)
		count++
	})
	root, err := tlog.TreeHash(now.tree.N, lookup)
	if err != nil || root != now.tree.Hash {
		fail("the entries make the root %v, the checkpoint says %v (%v)", root, now.tree.Hash, err)
	}
	// The tiles must say the same as the entries.
	fromTiles, err := tlog.TreeHash(now.tree.N, reader)
	if err != nil || fromTiles != root {
		fail("the tiles make the root %v (%v)", fromTiles, err)
	}
	if len(os.Args) > 3 {
		old := open(os.Args[3], vkey)
		proof, err := tlog.ProveTree(now.tree.N, old.tree.N, reader)
		if err != nil {
			fail("consistency proof: %v", err)
		}
		if err := tlog.CheckTree(proof, now.tree.N, now.tree.Hash, old.tree.N, old.tree.Hash); err != nil {
			fail("not append-only: %v", err)
		}
		fmt.Printf("consistent with size %d\n", old.tree.N)
	}
	fmt.Printf("%s: %d entries, root %v\n", now.origin, count, root)
}
