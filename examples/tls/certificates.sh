#!/bin/sh
# certificates.sh DIRECTORY NODE...
# Makes a certificate and a key for each node (NODE-cert.pem, NODE-key.pem), signed by the CA of that directory (ca.pem,
# ca-key.pem), which is made if it is not there. A node needs its own two files and ca.pem; keep ca-key.pem elsewhere.
set -eu
umask 077
directory=$1
shift
mkdir -p "$directory"
cd "$directory"

if [ ! -e ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/CN=my cluster" -keyout ca-key.pem -out ca.pem
fi
for node in "$@"; do
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/CN=$node" -keyout "$node-key.pem" -out "$node.csr"
  openssl x509 -req -in "$node.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -out "$node-cert.pem"
  rm "$node.csr"
done
