"""The texts that benchmarks.ontologies is made of.

Turtle, in which %m is the number of a module, %b that of a block, %f that of one before it, and %w a weight.
"""

from __future__ import annotations

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

VOCABULARY = """
@prefix v: <http://example.org/v%m/> .
# properties
v:locatedIn a owl:ObjectProperty, owl:TransitiveProperty ; rdfs:domain v:Place ; rdfs:range v:Place .
v:partOf rdfs:subPropertyOf v:locatedIn ; owl:inverseOf v:hasPart .
v:borders a owl:SymmetricProperty, owl:IrreflexiveProperty .
v:hasParent a owl:ObjectProperty, owl:AsymmetricProperty ; owl:inverseOf v:hasChild ; rdfs:range v:Person .
v:hasSibling a owl:SymmetricProperty .
v:hasUncle owl:propertyChainAxiom ( v:hasParent v:hasSibling ) ; rdfs:subPropertyOf v:hasRelative .
v:hasCousin owl:propertyChainAxiom ( v:hasParent v:hasSibling v:hasChild ) ; rdfs:subPropertyOf v:hasRelative .
v:knows owl:equivalentProperty v:acquaintedWith ; rdfs:domain v:Agent ; rdfs:range v:Agent .
v:hasRelative rdfs:subPropertyOf v:relatedTo .
v:relatedTo rdfs:subPropertyOf v:linkedTo .
v:linkedTo rdfs:subPropertyOf v:relatedTo .
v:birthPlace a owl:FunctionalProperty ; rdfs:range v:Town .
v:account a owl:InverseFunctionalProperty .
v:loves owl:propertyDisjointWith v:hates .
_:disjointProperties a owl:AllDisjointProperties ; owl:members ( v:owns v:rents v:borrows ) .
v:Organisation owl:hasKey ( v:code v:registry ) .
v:code a owl:DatatypeProperty .
v:shortCode rdfs:subPropertyOf v:code .
v:weight owl:sameAs v:mass .
# classes
v:Agent a owl:Class .
v:Person rdfs:subClassOf v:Agent ; owl:equivalentClass v:Human ; owl:disjointWith v:Organisation .
v:Organisation rdfs:subClassOf v:Agent .
v:Town rdfs:subClassOf v:Settlement .
v:Settlement rdfs:subClassOf v:Place .
v:Engineer rdfs:subClassOf v:Graduate .
v:Graduate rdfs:subClassOf v:Person .
v:Worker rdfs:subClassOf v:Employee .
v:Employee rdfs:subClassOf v:Worker .
v:Alive owl:complementOf v:Dead .
v:Unicorn rdfs:subClassOf owl:Nothing .
_:disjointClasses a owl:AllDisjointClasses ; owl:members ( v:Plant v:Mineral v:Animal ) .
# class expressions
v:Parent owl:equivalentClass [ owl:intersectionOf (
    v:Person [ a owl:Restriction ; owl:onProperty v:hasChild ; owl:someValuesFrom v:Person ] ) ] .
v:Member owl:equivalentClass [ owl:onProperty v:memberOf ; owl:someValuesFrom owl:Thing ] .
v:Body owl:equivalentClass [ owl:unionOf ( v:Company v:Club ) ] .
v:Body rdfs:subClassOf v:Organisation .
v:Colour owl:equivalentClass [ owl:oneOf ( v:red v:green v:blue ) ] .
v:Vegetarian rdfs:subClassOf [ owl:onProperty v:eats ; owl:allValuesFrom v:Plant ] .
v:Local owl:equivalentClass [ owl:onProperty v:livesIn ; owl:hasValue v:capital ] .
v:Adult owl:equivalentClass [ owl:onProperty v:status ; owl:hasValue "adult" ] .
v:Monogamous rdfs:subClassOf [ owl:onProperty v:spouse ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .
v:Childless rdfs:subClassOf [ owl:onProperty v:hasChild ; owl:maxCardinality 0 ] .
v:Team rdfs:subClassOf [ owl:onProperty v:hasMember ;
    owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onClass v:Leader ] .
v:Duo rdfs:subClassOf [ owl:onProperty v:partner ; owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing ] .
v:Dry rdfs:subClassOf [ owl:onProperty v:serves ; owl:maxQualifiedCardinality 0 ; owl:onClass v:Alcohol ] .
v:Ascetic rdfs:subClassOf [ owl:onProperty v:hoards ; owl:maxQualifiedCardinality 0 ; owl:onClass owl:Thing ] .
# expressions of which one is below the other
v:KnowsGraduate owl:onProperty v:knows ; owl:someValuesFrom v:Graduate .
v:KnowsPerson owl:onProperty v:knows ; owl:someValuesFrom v:Person .
v:HasUncleHere owl:onProperty v:hasUncle ; owl:someValuesFrom v:Local .
v:HasRelativeHere owl:onProperty v:hasRelative ; owl:someValuesFrom v:Local .
v:OnlyGraduates owl:onProperty v:teaches ; owl:allValuesFrom v:Graduate .
v:OnlyPersons owl:onProperty v:teaches ; owl:allValuesFrom v:Person .
v:OnlyUncles owl:onProperty v:hasUncle ; owl:allValuesFrom v:Dead .
v:OnlyRelatives owl:onProperty v:hasRelative ; owl:allValuesFrom v:Dead .
v:PartOfCapital owl:onProperty v:partOf ; owl:hasValue v:capital .
v:InCapital owl:onProperty v:locatedIn ; owl:hasValue v:capital .
# individuals
v:capital a v:Town ; v:partOf v:country .
v:country a v:Country .
v:Country rdfs:subClassOf v:Place .
_:colours a owl:AllDifferent ; owl:members ( v:red v:green v:blue ) .
_:places a owl:AllDifferent ; owl:distinctMembers ( v:capital v:country ) .
v:red owl:differentFrom v:capital .
_:not owl:sourceIndividual v:country ; owl:assertionProperty v:partOf ; owl:targetIndividual v:capital .
_:notCode owl:sourceIndividual v:country ; owl:assertionProperty v:code ; owl:targetValue "0" .
"""

BLOCK = """
@prefix v: <http://example.org/v%m/> .
@prefix b: <http://example.org/b%b/> .
b:street v:partOf b:quarter .
b:quarter v:partOf b:town ; v:borders b:meadow .
b:town a v:Town ; v:partOf v:capital ; rdfs:label "Town %b"@en .
b:ann a v:Engineer ; v:hasParent b:eve ; v:acquaintedWith <http://example.org/b%f/cat> ;
    v:knows b:bob, b:cat ; v:livesIn v:capital ; v:birthPlace b:town .
b:bob a v:Monogamous ; v:hasParent b:fay ; v:spouse b:cat ; v:status "adult" ; v:birthPlace b:town .
b:cat a v:Human ; v:teaches b:ann ; v:acquaintedWith b:eve ; rdfs:label "Cat %b"@en, "猫%b"@zh .
b:eve v:hasSibling b:fay ; a v:Parent ; v:loves b:fay .
b:fay a v:Alive, v:Vegetarian ; v:eats b:rice ; v:owns b:stone ; v:hates b:stone .
b:dan a v:Dead, v:Childless, v:Local ; v:memberOf b:club ; v:rents b:boat .
b:guy a v:Team ; v:hasMember b:ann, b:bob . b:ann a v:Leader .
b:club a v:Club ; v:code "%b" ; v:registry b:registry ; v:status "active" .
b:firm a v:Company ; v:shortCode "F%b" ; v:registry b:registry .
b:bar a v:Dry ; v:serves b:tea . b:tea a v:Drink .
b:pair a v:Duo ; v:partner b:ann .
b:hermit a v:Ascetic, v:OnlyGraduates ; v:teaches b:tom .
b:stone a v:Mineral ; v:colour v:red ; v:weight %w .
"""

SAME = """
b:town2 a v:Town . b:bob v:birthPlace b:town2 .
b:club2 a v:Club ; v:code "%b" ; v:registry b:registry .
b:cat v:account b:box . b:kit v:account b:box .
b:bob v:spouse b:kate .
b:guy v:hasMember b:anne . b:anne a v:Leader .
b:pair v:partner b:anny .
b:tea owl:sameAs b:cha .
"""

CLASHES = """
@prefix v: <http://example.org/v%m/> .
@prefix c: <http://example.org/c/> .
c:1 owl:sameAs c:2 ; owl:differentFrom c:2 .
_:all3 a owl:AllDifferent ; owl:members ( c:3 c:4 c:5 ) . c:5 owl:sameAs c:3 .
_:all6 a owl:AllDifferent ; owl:distinctMembers ( c:6 c:7 c:8 ) . c:7 owl:sameAs c:8 .
c:9 v:borders c:9 .
c:10 v:hasParent c:11 . c:11 v:hasParent c:10 .
c:12 v:loves c:13 ; v:hates c:13 .
c:14 v:rents c:15 ; v:borrows c:15 .
_:not16 owl:sourceIndividual c:16 ; owl:assertionProperty v:knows ; owl:targetIndividual c:17 . c:16 v:knows c:17 .
_:not18 owl:sourceIndividual c:18 ; owl:assertionProperty v:code ; owl:targetValue "18" . c:18 v:code "18" .
c:19 a v:Unicorn .
c:20 a v:Alive, v:Dead .
c:21 a v:Childless ; v:hasChild c:22 .
c:23 a v:Dry ; v:serves c:24 . c:24 a v:Alcohol .
c:25 a v:Ascetic ; v:hoards c:26 .
c:27 a v:Person, v:Organisation .
c:28 a v:Plant, v:Mineral .
c:29 v:weight "heavy"^^xsd:integer .
"""
