import pyvo, io, warnings, time
import numpy as np
from astropy import units as u
from astropy.io import fits
U="http://127.0.0.1:8791"
s=pyvo.dal.TAPService(U+"/tap")
r=s.search("SELECT * FROM ivoa.obscore WHERE obs_id IN ('23523','23526') AND dataproduct_type='event'")
for l in r.iter_datalinks():
    print(l.original_row["obs_id"], len(l), [x.semantics for x in l])
    cut=next(x for x in l if x["semantics"]=="#cutout")
    print([ (p.name,p.values.min,p.values.max) for p in cut.input_params])
    b=cut.processed(circle=(83.633,22.014,0.5)*u.deg, energy=(1e12,1e13)*u.eV)
    data=b.read()
    h=fits.open(io.BytesIO(data)); print(len(h["EVENTS"].data), h["EVENTS"].header["OBS_ID"])
    b=cut.process(circle=(83.633,22.014,0.5)*u.deg, energy=(1e12,1e13)*u.eV); print(len(b.read()))
job=s.submit_job("SELECT obs_publisher_did AS did, obs_id FROM ivoa.obscore WHERE obs_id='23523' AND dataproduct_type='event'"); job.run(); job.wait(); r=job.fetch_result(); print([len(l) for l in r.iter_datalinks()])
t=time.time(); r=s.search("SELECT TOP 1000 obs_publisher_did FROM ivoa.obscore"); n=[len(l) for l in r.iter_datalinks()]; print(len(n),sum(n),time.time()-t)
import requests
ids=list(r["obs_publisher_did"])
for k in (1000,1000,1000):
    idk=(ids*3)[:k]; idk=ids+[f"x{i}" for i in range(k-len(ids))]
    t=time.time(); x=requests.post(U+"/datalink/links",data={"ID":idk}); print(len(idk), len(x.content),time.time()-t)
t=time.time(); x=requests.post(U+"/datalink/links",data={"ID":[f"ivo://x/{i}" for i in range(10000)]}); print(x.status_code,len(x.content),time.time()-t, b"OVERFLOW" in x.content)
x=requests.post(U+"/datalink/links",data={"ID":[f"ivo://x/{i}" for i in range(30000)]}); print(x.status_code,x.text[:500])
r=s.search("SELECT r.* FROM ivoa.response AS r WHERE obs_id='23523'"); print(r.to_table()["resp_product_type","resp_access_url","resp_energy_min"])
t=time.time(); r=s.search("SELECT o.obs_id, l.access_url FROM ivoa.obscore AS o JOIN datalink.response AS l ON o.obs_publisher_did = l.ID WHERE l.semantics='#calibration' AND l.content_qualifier='psf'"); print(len(r), time.time()-t)
